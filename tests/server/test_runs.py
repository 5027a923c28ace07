from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient

from tests.server.filled import CELL, HOSTILE, NOTEBOOK

if TYPE_CHECKING:
    from tests.server.filled import Filled


def names(page: Any) -> list[str]:
    return [item["name"] for item in page["items"]]


async def test_list_and_its_filters(get: Any, filled: Filled) -> None:
    of = {"experiment_id": filled.experiment_id}
    assert names(await get("runs", **of)) == ["running", "child", "best", "before"]
    assert len((await get("runs"))["items"]) == 5
    both = await get("runs", experiment_id=[filled.experiment_id, filled.other_id])
    assert HOSTILE in names(both)
    assert names(await get("runs", **of, top_level=1)) == ["running", "best", "before"]
    assert names(await get("runs", parent_run_id=filled.runs["best"])) == ["child"]
    assert names(await get("runs", **of, status=["FAILED", "RUNNING"])) == ["running", "child"]
    assert names(await get("runs", notebook=NOTEBOOK)) == ["best", "before"]
    assert names(await get("runs", cell_id=[CELL, "another"])) == ["best", "before"]
    assert names(await get("runs", **of, deleted=1)) == ["gone"]
    assert names(await get("runs", **of, filter="metrics.val_loss < 0.4")) == ["best"]
    ordered = await get("runs", **of, order_by="metrics.val_loss DESC", max_results=2)
    assert names(ordered) == ["before", "best"]
    rest = await get(
        "runs",
        **of,
        order_by="metrics.val_loss DESC",
        max_results=2,
        page_token=ordered["next_page_token"],
    )
    assert set(names(rest)) == {"child", "running"}


async def test_columns(get: Any, filled: Filled) -> None:
    columns = ["metrics.odd", "params.lr", "params.long", "tags.team", "metrics.none"]
    page = await get("runs", experiment_id=filled.experiment_id, column=columns)
    (best,) = [row for row in page["items"] if row["name"] == "best"]
    assert best["values"] == {
        "metrics.odd": "Infinity",
        "params.lr": "0.1",
        "params.long": "x" * 200,
        "tags.team": HOSTILE,
    }
    assert best["metric"] == {"key": "val_loss", "value": 0.2}


async def test_mine_are_those_of_this_machines_user(get: Any, filled: Filled) -> None:
    assert (await get("runs", mine=1))["items"] == []
    client = MlflowClient(filled.uri)
    client.set_tag(filled.runs["best"], "mlflow.user", getpass.getuser())
    assert names(await get("runs", mine=1)) == ["best"]


async def test_a_bad_filter_is_400_with_the_reason(ask: Any, filled: Filled) -> None:
    for filter_ in ("metrics.x ==== 1", "nonsense", "params.lr > 0.5", "';DROP TABLE runs"):
        answer = await ask("runs", experiment_id=filled.experiment_id, filter=filter_)
        assert answer.code == 400, filter_
        assert json.loads(answer.body)["message"]


async def test_one_run(get: Any, ask: Any, filled: Filled) -> None:
    run = await get(f"runs/{filled.runs['best']}")
    assert run["note"] == "**best** so far 🎉"
    assert {"key": "lr", "value": "0.1"} in run["params"]
    assert [len(param["value"]) for param in run["params"] if param["key"] == "long"] == [5000]
    missing = await ask("runs/" + "0" * 32)
    assert missing.code == 404
    assert json.loads(missing.body)["code"] == "not_found"
    for strange in ("..%2F..%2Fetc%2Fpasswd", "%00", "a%0Ab", "%ff", "%F0%9F%8E%89"):
        assert (await ask(f"runs/{strange}")).code in {400, 404}, strange


async def test_changes(get: Any, ask: Any, filled: Filled) -> None:
    """One story, since each new process loads MLflow before its first change."""
    client = MlflowClient(filled.uri)
    await _change(get, client, filled.runs["best"])
    await _conflict(ask, client, filled.runs["best"])
    await _end(ask, client, filled)
    await _delete_and_restore(get, filled)


async def _change(get: Any, client: MlflowClient, run_id: str) -> None:
    change = {
        "name": "best of all",
        "note": "",
        "tags": {"team": None, "new": "🎉"},
        "expected": {"name": "best", "tags.team": HOSTILE, "tags.new": None},
    }
    await get(f"runs/{run_id}", "PATCH", body=change)
    run = client.get_run(run_id)
    assert run.info.run_name == "best of all"
    assert run.data.tags["new"] == "🎉"
    assert "team" not in run.data.tags
    assert (await get(f"runs/{run_id}"))["name"] == "best of all"


async def _conflict(ask: Any, client: MlflowClient, run_id: str) -> None:
    client.set_tag(run_id, "mlflow.note.content", "from the other tab")
    change = {"note": "from this tab", "expected": {"note": "**best** so far 🎉"}}
    answer = await ask(f"runs/{run_id}", "PATCH", body=change)
    assert answer.code == 409
    said = json.loads(answer.body)
    assert said["code"] == "conflict"
    assert said["current"] == {"note": "from the other tab"}
    assert client.get_run(run_id).data.tags["mlflow.note.content"] == "from the other tab"


async def _end(ask: Any, client: MlflowClient, filled: Filled) -> None:
    running = f"runs/{filled.runs['running']}"
    assert (await ask(running, "PATCH", body={"status": "KILLED"})).code == 200
    run = client.get_run(filled.runs["running"])
    assert run.info.status == "KILLED"
    assert run.info.end_time
    assert (await ask(running, "PATCH", body={"status": "FINISHED"})).code in {400, 409}
    assert (await ask(f"runs/{filled.runs['best']}", "PATCH", body={"status": "RUNNING"})).code == 400


async def _delete_and_restore(get: Any, filled: Filled) -> None:
    ids = [filled.runs["before"], filled.runs["child"], "0" * 32]
    done = await get("runs/delete", "POST", body={"run_ids": ids})
    assert done["done"] == ids[:2]
    assert [one["run_id"] for one in done["failed"]] == ids[2:]
    left = ["running", "best of all"]
    assert names(await get("runs", experiment_id=filled.experiment_id)) == left
    done = await get("runs/restore", "POST", body={"run_ids": ids[:2]})
    assert done["done"] == ids[:2]
    all_again = ["running", "child", "best of all", "before"]
    assert names(await get("runs", experiment_id=filled.experiment_id)) == all_again


async def test_an_unchanged_list_costs_304_and_a_changed_one_does_not(ask: Any, filled: Filled) -> None:
    etag = (await ask("runs")).headers["ETag"]
    assert (await ask("runs", headers={"If-None-Match": etag})).code == 304
    MlflowClient(filled.uri).set_tag(filled.runs["best"], "mlflow.runName", "renamed")
    assert (await ask("runs", headers={"If-None-Match": etag})).code == 200
