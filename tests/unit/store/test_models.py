"""Registered models and versions by own SQL, by MLflow's client and by its server, on the same store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.errors import Invalid, NotFound
from nbtrack.store.asking import ask
from nbtrack.store.calls import run, runs
from nbtrack.store.model_calls import model, model_versions, models
from nbtrack.store.opened import Store
from nbtrack.store.wanted import token_of
from tests.server.proxy import mlflow_server
from tests.unit import stores
from tests.unit.store import registry as odd_models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.store.registry import Registry

Ways = dict[str, Store]
NOT_SAID = ("total", "next_page_token")


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """Read one store in three ways."""
    folder = tmp_path_factory.mktemp("registry")
    with mlflow_server(folder) as port:
        uri = odd_models.make(folder / "server.db").uri
        found = {
            way: Store(where, folder)
            for way, where in (("sql", uri), ("client", uri), ("server", f"http://127.0.0.1:{port}"))
        }
        found["client"].file = None
        for store in found.values():
            store.warm_up()
            store.ready()
        yield found


@pytest.fixture(scope="module")
def made(ways: Ways) -> Registry:
    assert ways["sql"].file is not None
    store = odd_models.Registry(ways["sql"].uri, ways["sql"].file, client=ways["client"].client)
    store.runs = [
        str(one) for (one,) in stores.execute(store.file, "SELECT run_uuid FROM runs ORDER BY name")
    ]
    return store


def all_of(call: Any, store: Store, size: int, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token = None
    for _ in range(200):
        page = call(store, max_results=size, page_token=token, **asked)
        found += page["items"]
        token = page["next_page_token"]
        if token is None:
            return found
        json.dumps(token)
    raise AssertionError("the pages have no end")


def counted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return models without the number that only our SQL knows."""
    return [{**item, "versions": None} for item in items]


@pytest.mark.parametrize("size", [1000, 4])
@pytest.mark.parametrize("query", ["", "CHURN", "é€", "œuvre", "%", "_", "'", '"', "\n", "nothing", "MODEL"])
def test_models_are_listed_alike_in_all_ways(ways: Ways, query: str, size: int) -> None:
    mine = all_of(models, ways["sql"], size, query=query)
    assert all(query.casefold() in item["name"].casefold() for item in mine)
    for way in ("client", "server"):
        assert all_of(models, ways[way], size, query=query) == counted(mine), way
    if not query:
        assert {item["name"] for item in mine} == {*odd_models.NAMES, "no version"}
        assert [item["updated"] for item in mine] == sorted((item["updated"] for item in mine), reverse=True)
        assert models(ways["sql"])["total"] == len(mine)


@pytest.mark.parametrize("name", [*odd_models.NAMES, "no version"])
def test_a_model_is_shown_alike_in_all_ways(ways: Ways, made: Registry, name: str) -> None:
    mine = model(ways["sql"], name=name)
    theirs = made.client.get_registered_model(name)
    assert {one["alias"]: one["version"] for one in mine["aliases"]} == {
        alias: str(version) for alias, version in theirs.aliases.items()
    }
    assert {one["key"]: one["value"] for one in mine["tags"]} == theirs.tags
    assert mine["capabilities"] == {"logged_models": True, "aliases": True, "stages": False}
    assert mine["notes"] == []
    for way in ("client", "server"):
        assert model(ways[way], name=name) == {**mine, "versions": None}, way


def test_a_rollback_goes_to_a_version_that_is_still_there(ways: Ways) -> None:
    found = {name: model(ways["sql"], name=name) for name in odd_models.NAMES}
    assert found["'both' \"kinds\""]["history"] == {"champion": []}  # what anybody may have written there
    assert found["é€😀 ŒUVRE"]["history"] == {"champion": ["1", "2", "3"]}
    assert found["é€😀 ŒUVRE"]["previous"] == {"champion": "3"}
    gone = found["a\nb"]
    assert gone["history"] == {"champion": ["1", "2", "3"]}
    assert {item["version"] for item in model_versions(ways["sql"], name="a\nb")["items"]} == {"1", "3", "4"}
    assert gone["previous"] == {"champion": "3"}


@pytest.mark.parametrize("size", [1000, 3])
@pytest.mark.parametrize("name", [*odd_models.NAMES, "no version", "nothing", "no-model", None])
def test_versions_are_listed_alike_in_all_ways(ways: Ways, name: str | None, size: int) -> None:
    mine = all_of(model_versions, ways["sql"], size, name=name)
    for way in ("client", "server"):
        assert all_of(model_versions, ways[way], size, name=name) == mine, way
    assert {item["name"] for item in mine} <= {name} if name else set(odd_models.NAMES)
    assert [item["created"] for item in mine] == sorted((item["created"] for item in mine), reverse=True)


def test_what_a_version_says(ways: Ways, made: Registry) -> None:
    assert "s3cret" not in json.dumps(model_versions(ways["sql"], max_results=1000))
    found = {(item["name"], item["version"]): item for item in all_of(model_versions, ways["sql"], 1000)}
    first, second = found["a\nb", "1"], found["é€😀 ŒUVRE", "2"]
    assert first["model_id"] == f"m-{0:032x}"
    assert first["stage"] is None
    assert first["user"] == "ada"
    assert second["stage"] == "Production"
    assert second["cell_id"] == "its own"
    assert second["description"] == "# 1"
    failed = next(item for item in found.values() if item["version"] == "3" and item["name"] != "a\nb")
    assert (failed["status"], failed["status_message"]) == ("FAILED_REGISTRATION", odd_models.MARKUP)
    alone = next(item for item in found.values() if item["version"] == "4")
    assert (alone["run_id"], alone["run_name"], alone["user"]) == (None, None, "bob")
    homes = {item["run_id"]: item for item in found.values() if item["run_id"]}
    gone = [item for run_id, item in homes.items() if run_id not in made.runs]
    assert {(item["run_name"], item["experiment_id"]) for item in gone} == {(None, None)}
    here = [item for run_id, item in homes.items() if run_id in made.runs]
    assert len(here) == 7  # one of them deleted
    assert all(item["run_name"].startswith(odd_models.MARKUP) for item in here)
    assert {item["notebook"] for item in here} == {None, "notebooks/é.ipynb"}


def test_versions_of_runs(ways: Ways, made: Registry) -> None:
    whole = all_of(model_versions, ways["sql"], 1000)
    for ids in (made.runs[:1], made.runs[:3], made.runs, ["' OR 1=1 --"], ["0" * 32], []):
        wanted = [item for item in whole if item["run_id"] in ids]
        for way, store in ways.items():
            assert all_of(model_versions, store, 2, run_ids=ids) == wanted, way
            of = all_of(model_versions, store, 1000, run_ids=ids, name="churn")
            assert of == [item for item in wanted if item["name"] == "churn"], way
    for store in ways.values():
        with pytest.raises(Invalid, match="too many"):
            model_versions(store, run_ids=[f"{number:032x}" for number in range(51)])


def test_runs_say_what_they_are_registered_as(ways: Ways, made: Registry) -> None:
    versions = all_of(model_versions, ways["sql"], 1000)
    for way, store in ways.items():
        rows = {row["run_id"]: row["registered"] for row in runs(store)["items"]}
        assert len(rows) == 6, way
        for run_id, told in rows.items():
            wanted = sorted(
                (item for item in versions if item["run_id"] == run_id),
                key=lambda item: (item["name"], -int(item["version"])),
            )
            assert told == [{key: item[key] for key in ("name", "version", "aliases")} for item in wanted]
            assert told, way
            assert run(store, run_id=run_id)["registered"] == told, way
    fresh = made.client.create_run("0").info.run_id
    for store in ways.values():
        assert run(store, run_id=fresh)["registered"] == []
    made.client.delete_run(fresh)


@pytest.mark.parametrize(
    "name", ["nothing", "", "no-model", "deleted", "' OR 1=1 --", "../x", "a/b", "x" * 300]
)
def test_a_model_that_is_not_there(ways: Ways, name: str) -> None:
    for way, store in ways.items():
        with pytest.raises(NotFound if way == "sql" else (NotFound, Invalid)) as error:
            ask(store, "model", {"name": name})
        assert error.value.hint or isinstance(error.value, Invalid)


@pytest.mark.parametrize("call", [models, model_versions])
@pytest.mark.parametrize(
    "token",
    [
        "x",
        "W10=",
        "é",
        token_of({}),
        token_of({"way": 7}),
        token_of({"way": 0, "mlflow": 7}),
        token_of({"way": 0, "mlflow": "x", "skip": 0}),
        token_of({"way": True, "skip": "x"}),
        token_of({"models after": [1 << 70, "x"], "versions after": [1 << 70, 1, "x"]}),
        token_of({"models after": ["x", 1], "versions after": [1, "x", 1]}),
        token_of({"after": [1, 1]}),
    ],
)
def test_a_foreign_page_token_is_refused(ways: Ways, call: Any, token: str) -> None:
    for store in ways.values():
        with pytest.raises(Invalid):
            ask(store, call.__name__, {"page_token": token})


@pytest.mark.parametrize("size", [0, 1001])
def test_a_page_has_a_size(ways: Ways, size: int) -> None:
    for call in (models, model_versions):
        with pytest.raises(Invalid):
            call(ways["sql"], max_results=size)


def test_pages_neither_lose_nor_repeat_models_that_come_and_go(tmp_path: Path) -> None:
    made = odd_models.make(tmp_path / "mlflow.db")
    store = Store(made.uri, tmp_path)
    before = [item["name"] for item in models(store)["items"]]
    seen: list[str] = []
    token = None
    for number in range(100):
        page = models(store, max_results=4, page_token=token)
        seen += [item["name"] for item in page["items"]]
        token = page["next_page_token"]
        if token is None:
            break
        made.client.create_registered_model(f"new {number}")
        if number == 1:
            made.client.delete_registered_model(seen[-1])  # the one that the token was made from
    assert seen == before


def test_workspaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With workspaces enabled, only what is in the one in use is seen; MLflow's own store is the oracle."""
    from mlflow.store.model_registry.sqlalchemy_workspace_store import WorkspaceAwareSqlAlchemyStore

    made = odd_models.make(tmp_path / "mlflow.db")
    stores.execute(made.file, "INSERT INTO workspaces (name) VALUES ('team-a')")
    for table in (
        "registered_models",
        "model_versions",
        "registered_model_tags",
        "model_version_tags",
        "registered_model_aliases",
    ):
        stores.execute(made.file, f"UPDATE {table} SET workspace = 'team-a' WHERE name = 'a\nb'")  # noqa: S608
    monkeypatch.setenv("MLFLOW_ENABLE_WORKSPACES", "true")
    store = Store(made.uri, tmp_path)
    for workspace in ("default", "team-a"):
        monkeypatch.setenv("MLFLOW_WORKSPACE", workspace)
        oracle = WorkspaceAwareSqlAlchemyStore(made.uri)
        theirs = oracle.search_registered_models(max_results=1000)
        assert {item["name"] for item in models(store)["items"]} == {one.name for one in theirs}
        assert len(theirs) == (1 if workspace == "team-a" else len(odd_models.NAMES))
        versions = oracle.search_model_versions(max_results=1000)
        mine = {(item["name"], item["version"]) for item in model_versions(store, max_results=1000)["items"]}
        assert mine == {(one.name, str(one.version)) for one in versions}
        inside = workspace == "team-a"
        if inside:
            assert model(store, name="a\nb")["aliases"]
        else:
            with pytest.raises(NotFound):
                model(store, name="a\nb")
        # A run knows of it only in its own workspace.
        found = {one["name"] for row in runs(store)["items"] for one in row["registered"]}
        assert "a\nb" not in found
        oracle._dispose_engine()
    monkeypatch.delenv("MLFLOW_ENABLE_WORKSPACES")
    assert "a\nb" not in {item["name"] for item in models(store)["items"]}
