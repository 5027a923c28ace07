"""Stores that know only a part of the registry: what is missing is said, and the rest is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from nbtrack import capabilities
from nbtrack.errors import Invalid, NotFound
from nbtrack.store.asking import ask
from nbtrack.store.calls import pulse, run, runs
from nbtrack.store.faults import Changed
from nbtrack.store.model_calls import model, model_versions, models, set_alias
from nbtrack.store.opened import Store
from tests.server.lacking import Lacking, lacking
from tests.server.proxy import mlflow_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlflow import MlflowClient

ALIASES = ("registered-models/alias", "logged-models")
EVERYTHING = ("registered-models", "model-versions")


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mlflow_server(tmp_path_factory.mktemp("lacking")) as port:
        yield port


@pytest.fixture
def server(upstream: int) -> Iterator[Lacking]:
    with lacking(upstream) as found:
        yield found


def opened(server: Lacking, folder: Path) -> Store:
    store = Store(server.uri, folder)
    store.warm_up()
    store.ready()
    return store


def filled(client: MlflowClient, name: str, versions: int) -> list[str]:
    """Make a model with versions of a run each; returns the runs, the newest first."""
    client.create_registered_model(name)
    made = [client.create_run("0") for _ in range(versions)]
    for one in made:
        client.create_model_version(name, f"{one.info.artifact_uri}/model", one.info.run_id)
    return [one.info.run_id for one in reversed(made)]


def test_without_aliases_stages_stand_for_them(server: Lacking, tmp_path: Path) -> None:
    server.unknown = ALIASES
    store = opened(server, tmp_path)
    run_ids = filled(store.client, "staged", 3)
    found = model(store, name="staged")
    assert found["aliases"] == []
    assert found["capabilities"] == {"logged_models": False, "aliases": False, "stages": True}
    assert found["notes"] == capabilities.sentences(capabilities.of(store.client))
    assert any("Production" in note for note in found["notes"])
    assert all(item["aliases"] == [] for item in model_versions(store, name="staged")["items"])

    set_alias(store, name="staged", alias="champion", version="2", expected=None)
    set_alias(store, name="staged", alias="champion", version="3", expected="2")
    stages = {item["version"]: item["stage"] for item in model_versions(store, name="staged")["items"]}
    assert stages == {"3": "Production", "2": "Archived", "1": None}
    found = model(store, name="staged")
    assert (found["history"], found["previous"]) == ({"champion": ["2", "3"]}, {"champion": "2"})
    with pytest.raises(Changed) as error:
        set_alias(store, name="staged", alias="champion", version="1", expected="2")
    assert error.value.current == {"version": "3"}
    with pytest.raises(Invalid, match="no aliases"):
        set_alias(store, name="staged", alias="mine", version="1", expected=None)
    told = run(store, run_id=run_ids[0])["registered"]
    assert told == [{"name": "staged", "version": "3", "aliases": []}]


def test_without_a_registry_runs_are_shown(server: Lacking, tmp_path: Path) -> None:
    server.unknown = EVERYTHING
    store = opened(server, tmp_path)
    run_id = store.client.create_run("0").info.run_id
    assert run(store, run_id=run_id)["registered"] is None
    rows = {row["run_id"]: row["registered"] for row in runs(store)["items"]}
    assert rows[run_id] is None
    assert pulse(store)["mark"] == pulse(store)["mark"]
    for call in ("models", "model_versions"):
        with pytest.raises(NotFound) as error:
            ask(store, call, {})
        assert error.value.message


@pytest.mark.parametrize("refused", [("ILIKE",), ("ILIKE", "order_by")])
def test_what_a_store_cant_filter_or_order_is_done_here(
    server: Lacking, tmp_path: Path, refused: tuple[str, ...]
) -> None:
    store = opened(server, tmp_path)
    words = "few" if len(refused) == 1 else "fewer"
    names = [f"{words} {letter} {number}" for number in range(3) for letter in "ab"]
    for name in names:
        filled(store.client, name, 1)
    server.refused = refused
    found: list[Any] = []
    token = None
    for _ in range(20):
        page = models(store, query=f"{words} A", max_results=2, page_token=token)
        found += [item["name"] for item in page["items"]]
        token = page["next_page_token"]
        if token is None:
            break
    assert sorted(found) == [name for name in sorted(names) if " a " in name]
    versions = model_versions(store, name=names[0])["items"]
    assert [item["version"] for item in versions] == ["1"]
    if "order_by" not in refused:
        assert found == [name for name in reversed(names) if " a " in name]
    before = pulse(store)["mark"]
    store.client.set_registered_model_alias(names[0], "champion", "1")
    assert (pulse(store)["mark"] == before) == ("order_by" in refused)
