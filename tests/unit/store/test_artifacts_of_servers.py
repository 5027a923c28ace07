"""Artifacts that a server keeps: this MLflow's, and one of MLflow 2, which has no models with own ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nbtrack.errors import Invalid, NotFound
from nbtrack.store.calls import artifact, artifacts
from nbtrack.store.opened import Store
from tests.unit.registering.servers import new_server, old_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=[new_server, old_server])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with request.param(tmp_path_factory.mktemp("server")) as server:
        opened = Store(server.uri, tmp_path_factory.mktemp("store"))
        opened.warm_up()
        opened.ready()
        yield opened


def test_folders_and_files_are_read(store: Store) -> None:
    run_id = store.client.create_run("0").info.run_id
    store.client.log_text(run_id, "at the top", "notes.txt")
    store.client.log_text(run_id, "name,value\na,1\n", "tables/of it/all.csv")

    def names(path: str) -> list[tuple[str, bool]]:
        items = artifacts(store, run_id=run_id, path=path)["items"]
        return [(item["path"], item["is_dir"]) for item in items]

    assert names("") == [("notes.txt", False), ("tables", True)]
    assert names("tables") == [("tables/of it", True)]
    assert names("tables/of it") == [("tables/of it/all.csv", False)]
    found = artifact(store, run_id=run_id, path="tables/of it/all.csv")
    assert (found.content, found.name) == (b"name,value\na,1\n", "all.csv")
    with pytest.raises(NotFound):
        artifact(store, run_id=run_id, path="tables/none.csv")
    with pytest.raises(Invalid, match="is a folder"):
        artifact(store, run_id=run_id, path="tables/of it")
