"""The routes of registered models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mlflow import MlflowClient

from nbtrack.server import watch
from tests.server.events import until
from tests.server.filled import HOSTILE, MODEL

if TYPE_CHECKING:
    from tests.server.filled import Filled

ODD = [
    "é€😀",
    "a b",
    "?a=b&c#d",
    "%2F",
    "%",
    "+",
    "a;b",
    "'\"`",
    "<b onmouseover=alert(1)>",
    "versions",
    "a\nb",
    "\\..\\x",
    "x" * 250,
]


def path_of(name: str, *rest: str) -> str:
    return "/".join(["models", *(quote(one, safe="") for one in (name, *rest))])


def client_of(filled: Filled) -> MlflowClient:
    return MlflowClient(filled.uri, filled.uri)


async def test_lists_and_pages(get: Any, ask: Any, filled: Filled) -> None:
    both = await get("models")
    assert both["items"][0]["name"] == MODEL
    assert [item["name"] for item in (await get("models", query="CHURN"))["items"]] == [MODEL]
    first = await get("models", max_results=1)
    rest = await get("models", max_results=1, page_token=first["next_page_token"])
    assert first["items"] + rest["items"] == both["items"]
    versions = await get(path_of(MODEL, "versions"))
    assert [item["version"] for item in versions["items"]] == ["3", "2", "1"]
    first = await get(path_of(MODEL, "versions"), max_results=2)
    rest = await get(path_of(MODEL, "versions"), max_results=2, page_token=first["next_page_token"])
    assert first["items"] + rest["items"] == versions["items"]
    assert await get("versions") == versions
    of_runs = await get("versions", run_id=[filled.runs["best"], filled.runs["before"], "0" * 32])
    assert [item["version"] for item in of_runs["items"]] == ["2", "1"]
    assert (await get(path_of("nothing", "versions")))["items"] == []
    for path in ("models", "versions"):
        for query in ({"page_token": "x"}, {"max_results": 0}, {"max_results": "x"}):
            assert (await ask(path, **query)).code == 400, (path, query)
    assert (await ask("versions", run_id=[f"{number:032x}" for number in range(51)])).code == 400
    missing = await ask("models/nothing")
    assert (missing.code, json.loads(missing.body)["code"]) == (404, "not_found")


async def test_any_name_is_one_segment_of_the_url(get: Any, ask: Any, filled: Filled) -> None:
    client = client_of(filled)
    for name in ODD:
        client.create_registered_model(name, {"of": name})
        client.create_model_version(name, "x")
    for name in ODD:
        found = await get(path_of(name))
        assert (found["name"], found["tags"]) == (name, [{"key": "of", "value": name}])
        (version,) = (await get(path_of(name, "versions")))["items"]
        assert (version["name"], version["version"]) == (name, "1")
        await get(path_of(name), "PATCH", body={"description": f"# {name}"})
        await get(path_of(name, "aliases", "champion"), "PUT", body={"version": "1", "expected": None})
        found = await get(path_of(name))
        assert (found["description"], found["aliases"]) == (
            f"# {name}",
            [{"alias": "champion", "version": "1"}],
        )
    for strange in ("..%2F..%2Fetc%2Fpasswd", "%00", "%ff", "a%2Fb", "a%3Ab"):
        assert (await ask(f"models/{strange}")).code in {400, 404}, strange


async def test_changes(get: Any, ask: Any, filled: Filled) -> None:
    """One story, since each new process loads MLflow before its first change."""
    client = client_of(filled)
    await _change(get, ask, client)
    await _move(get, ask, client)
    await _delete(get, ask, client)


async def _change(get: Any, ask: Any, client: MlflowClient) -> None:
    change: dict[str, Any] = {
        "description": "new 🎉",
        "tags": {"team": None, "new": HOSTILE},
        "expected": {"description": "Who *leaves*?", "tags.team": HOSTILE, "tags.new": None},
    }
    await get(path_of(MODEL), "PATCH", body=change)
    found = client.get_registered_model(MODEL)
    assert (found.description, found.tags["new"]) == ("new 🎉", HOSTILE)
    assert "team" not in found.tags
    again = await ask(path_of(MODEL), "PATCH", body=change)
    assert again.code == 409
    assert json.loads(again.body)["current"] == {
        "description": "new 🎉",
        "tags.team": None,
        "tags.new": HOSTILE,
    }
    await get(path_of(MODEL, "versions", "2"), "PATCH", body={"tags": {"seen": "yes"}})
    assert client.get_model_version(MODEL, "2").tags["seen"] == "yes"
    wrong: list[tuple[str, str, Any]] = [
        (path_of(MODEL), "PATCH", {"name": "other"}),
        (path_of(MODEL), "PATCH", {"tags": {"a": 1}}),
        (path_of(MODEL), "PATCH", {"description": "x" * 6000}),
        (path_of(MODEL, "versions", "x"), "PATCH", {"description": "x"}),
        (path_of(MODEL, "aliases", "champion"), "PUT", {"version": "3"}),
        (path_of(MODEL, "aliases", "champion"), "PUT", {"version": 3, "expected": "2"}),
        (path_of(MODEL, "aliases", "champion"), "PUT", {"version": None, "expected": "2"}),
        (path_of(MODEL, "aliases", "v3"), "PUT", {"version": "3", "expected": None}),
        (path_of(MODEL, "aliases", "champion"), "DELETE", {}),
    ]
    for path, verb, fields in wrong:
        assert (await ask(path, verb, body=fields)).code == 400, (path, fields)
    assert (await ask(path_of(MODEL, "versions", "99"), "PATCH", body={"description": "x"})).code == 404


async def _move(get: Any, ask: Any, client: MlflowClient) -> None:
    champion = path_of(MODEL, "aliases", "champion")
    await get(champion, "PUT", body={"version": "3", "expected": "2"})
    found = await get(path_of(MODEL))
    assert found["history"] == {"champion": ["1", "2", "3"]}
    assert found["previous"] == {"champion": "2"}
    for verb in ("PUT", "DELETE"):
        fields = {"version": "1"} if verb == "PUT" else {}
        answer = await ask(champion, verb, body={**fields, "expected": "2"})
        said = json.loads(answer.body)
        assert (answer.code, said["code"], said["current"]) == (409, "conflict", {"version": "3"})
    await get(champion, "DELETE", body={"expected": "3"})
    assert set(client.get_registered_model(MODEL).aliases) == {"challenger"}


async def _delete(get: Any, ask: Any, client: MlflowClient) -> None:
    await get(path_of(MODEL, "versions", "3"), "DELETE")
    assert [item["version"] for item in (await get(path_of(MODEL, "versions")))["items"]] == ["2", "1"]
    assert (await ask(path_of(MODEL, "versions", "3"), "DELETE")).code == 404
    await get(path_of(MODEL), "DELETE")
    assert (await ask(path_of(MODEL))).code == 404
    assert MODEL not in {one.name for one in client.search_registered_models()}


async def test_pages_are_told_of_a_moved_alias(get: Any, filled: Filled, told: list[dict[str, Any]]) -> None:
    await get("watch", "POST", body={"experiment_ids": [filled.experiment_id]})
    await until(told, 1, 30)
    client_of(filled).set_registered_model_alias(MODEL, "champion", "1")
    await until(told, 2, 30 + watch.SPACING)
    assert told[1]["mark"] != told[0]["mark"]


async def test_an_unchanged_list_costs_304_and_a_changed_one_does_not(ask: Any, filled: Filled) -> None:
    paths = ("models", path_of(MODEL), path_of(MODEL, "versions"), "versions", f"runs/{filled.runs['best']}")
    etags = {path: (await ask(path)).headers["ETag"] for path in paths}
    for path, etag in etags.items():
        assert (await ask(path, headers={"If-None-Match": etag})).code == 304
    client_of(filled).set_registered_model_alias(MODEL, "best", "2")
    for path, etag in etags.items():
        assert (await ask(path, headers={"If-None-Match": etag})).code == 200, path
