from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.server.filled import Filled


def names(page: Any) -> list[str]:
    return [item["name"] for item in page["items"]]


async def test_list_search_and_pages(get: Any, filled: Filled) -> None:
    page = await get("experiments")
    assert set(names(page)) >= {"notebooks/churn", "other"}
    assert "old" not in names(page)
    assert names(await get("experiments", query="CHURN")) == ["notebooks/churn"]
    assert names(await get("experiments", deleted="1")) == ["old"]
    first = await get("experiments", max_results=1)
    assert len(first["items"]) == 1
    second = await get("experiments", max_results=1, page_token=first["next_page_token"])
    assert names(first) + names(second) == names(page)[:2]
    assert filled.experiment_id in {item["experiment_id"] for item in page["items"]}


async def test_make_rename_delete_restore_and_view(get: Any, ask: Any, filled: Filled) -> None:
    made = (await get("experiments", "POST", body={"name": "new"}))["experiment_id"]
    assert "new" in names(await get("experiments"))
    await get(f"experiments/{made}", "PATCH", body={"name": "newer"})
    assert "newer" in names(await get("experiments"))
    await get(f"experiments/{made}", "DELETE")
    assert "newer" not in names(await get("experiments"))
    assert "newer" in names(await get("experiments", deleted=1))
    await get(f"experiments/{made}/restore", "POST")
    assert "newer" in names(await get("experiments"))
    taken = await ask("experiments", "POST", body={"name": "other"})
    assert taken.code == 409, filled
    await _keep_view(get, filled)
    missing = await ask("experiments/999999", "PATCH", body={"name": "x"})
    assert missing.code == 404
    assert set(json.loads(missing.body)) == {"message", "hint", "code"}


async def _keep_view(get: Any, filled: Filled) -> None:
    path = f"experiments/{filled.experiment_id}/view"
    assert await get(path) == {"columns": None, "sort": None, "pins": [], "metric": None}
    view = {
        "columns": ["metrics.val_loss", "params.lr"],
        "sort": "metrics.val_loss DESC",
        "pins": [filled.runs["best"]],
        "metric": "val_loss",
    }
    await get(path, "PUT", body=view)
    assert await get(path) == view


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "experiments", "{"),
        ("POST", "experiments", "[]"),
        ("POST", "experiments", "{}"),
        ("POST", "experiments", {"name": 1}),
        ("POST", "experiments", {"name": "x", "uri": "sqlite:///elsewhere.db"}),
        ("POST", "experiments", '{"name": "\\ud800"}'),
        ("POST", "experiments", '{"name": ' + "[" * 100_000 + "}"),
        ("POST", "experiments", '{"name": "' + "x" * (1 << 20) + '"}'),
        ("PUT", "experiments/1/view", {"columns": "x"}),
        ("PATCH", "runs/x", {"tags": {"a": 1}}),
        ("PATCH", "runs/x", {"status": 1}),
        ("POST", "runs/delete", {"run_ids": "x"}),
        ("POST", "runs/delete", {}),
        ("POST", "cells", {"notebook": "x"}),
        ("POST", "watch", {"experiment_ids": 1}),
    ],
)
async def test_a_body_of_the_wrong_kind_is_400(method: str, path: str, body: Any, ask: Any) -> None:
    answer = await ask(path, method, body=body)
    assert answer.code == 400
    said = json.loads(answer.body)
    assert said["code"] == "invalid"
    assert said["hint"]


@pytest.mark.parametrize(
    "query",
    [
        {"max_results": "0"},
        {"max_results": "-1"},
        {"max_results": "1e9"},
        {"max_results": "99999999999"},
        {"max_results": "٣"},
        {"deleted": "maybe"},
        {"page_token": "not ours"},
        {"query": b"\xff"},
    ],
)
async def test_a_query_of_the_wrong_kind_is_400(query: dict[str, Any], ask: Any, filled: Filled) -> None:
    answer = await ask("experiments", **query)
    assert answer.code == 400, filled
    assert json.loads(answer.body)["code"] == "invalid"
