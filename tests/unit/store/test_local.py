"""Which files are read by own SQL, which are left to MLflow's client, and which are refused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from nbtrack.errors import NotFound, StoreUnavailable
from nbtrack.store import calls, local
from nbtrack.store.asking import ask
from nbtrack.store.opened import Store
from tests.unit import stores

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.store.odd import Odd


def store_of(file: Path) -> Store:
    store = Store(f"sqlite:///{file}", file.parent)
    store.warm_up()
    store.ready()
    return store


def test_the_installed_mlflow_is_known() -> None:
    from nbtrack import schema

    assert schema._revisions()[0] in local.SCHEMAS


def test_an_unknown_schema_is_left_to_the_client(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    by_sql = [row["run_id"] for row in calls.runs(own)["items"]]
    monkeypatch.setattr(local, "SCHEMAS", frozenset())
    answer = calls.runs(own)
    assert [row["run_id"] for row in answer["items"]] == by_sql
    assert answer["total"] is None  # so it was the client
    assert calls.ping(own)["exists"]


def test_other_files_are_refused_and_stay_as_they_are(tmp_path: Path) -> None:
    foreign, text, newer, older = (
        tmp_path / name for name in ("foreign.db", "text.db", "newer.db", "older.db")
    )
    stores.execute(foreign, "CREATE TABLE t (a)")
    text.write_text("no SQLite")
    stores.make_newer(newer)
    stores.make_older(older, steps=30)
    cases = {foreign: "not an MLflow store", text: "not an MLflow store", newer: "newer", older: "older"}
    for file, why in cases.items():
        before = file.read_bytes()
        for call in (calls.ping, calls.runs, calls.experiments):
            with pytest.raises(StoreUnavailable, match=why) as error:
                call(store_of(file))
            assert error.value.hint
        assert file.read_bytes() == before


def test_an_empty_file_is_a_store_to_be(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.touch()
    assert calls.runs(store_of(file))["items"] == []
    assert file.stat().st_size == 0


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_folder_that_can_only_be_read(
    odd: Odd, read_only: Callable[[Callable[[Path], object]], Path], journal: str
) -> None:
    def fill(folder: Path) -> None:
        shutil.copy(odd.file, folder / "mlflow.db")
        with closing(sqlite3.connect(folder / "mlflow.db")) as connection:
            connection.execute(f"PRAGMA journal_mode = {journal}")
        folder.chmod(0o755)
        (folder / "mlflow.db").chmod(0o644)

    store = store_of(read_only(fill) / "mlflow.db")
    assert len(calls.runs(store)["items"]) == 33
    assert calls.ping(store)["writable"] is False


def test_a_lock_that_stays_is_told(copied: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_WAIT", 0.1)
    assert copied.file is not None
    with closing(sqlite3.connect(copied.file, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked"):
            ask(copied, "runs", {})
        writer.execute("ROLLBACK")
    assert len(calls.runs(copied)["items"]) == 33


def test_what_a_writer_left_half_is_undone(copied: Store) -> None:
    assert copied.file is not None
    stores.tear(copied.file)
    assert len(calls.runs(copied)["items"]) == 33


def test_what_takes_too_long_is_ended(copied: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_LONGEST", -1)
    monkeypatch.setattr(local, "_STEPS", 100)
    with pytest.raises(StoreUnavailable, match="too long"):
        ask(copied, "runs", {})


def test_workspaces(odd: Odd, copied: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With workspaces enabled, only what is in the one in use is seen; MLflow's own store is the oracle."""
    from mlflow.entities import ViewType
    from mlflow.store.tracking.sqlalchemy_workspace_store import WorkspaceAwareSqlAlchemyStore

    assert copied.file is not None
    stores.execute(copied.file, "INSERT INTO workspaces (name) VALUES ('team-a')")
    moved = odd.experiments["Été 😀"]
    move = f"UPDATE experiments SET workspace = 'team-a' WHERE experiment_id = {moved}"  # noqa: S608
    stores.execute(copied.file, move)
    monkeypatch.setenv("MLFLOW_ENABLE_WORKSPACES", "true")
    for workspace in ("default", "team-a"):
        monkeypatch.setenv("MLFLOW_WORKSPACE", workspace)
        oracle = WorkspaceAwareSqlAlchemyStore(copied.uri, str(copied.file.parent))
        theirs = oracle.search_experiments(order_by=["last_update_time DESC"])
        ids = [one.experiment_id for one in theirs]
        assert [one["experiment_id"] for one in calls.experiments(copied)["items"]] == ids
        runs = oracle.search_runs(list(odd.experiments.values()), "", ViewType.ACTIVE_ONLY, 1000)
        mine = calls.runs(copied, experiment_ids=list(odd.experiments.values()))
        assert [row["run_id"] for row in mine["items"]] == [run.info.run_id for run in runs]
        assert [row["run_id"] for row in calls.runs(copied)["items"]] == [run.info.run_id for run in runs]
        assert calls.keys(copied)["metrics"] == sorted({key for run in runs for key in run.data.metrics})
        for run_id, inside in ((odd.runs[0], workspace == "team-a"), (odd.runs[1], workspace == "default")):
            if inside:
                assert calls.run(copied, run_id=run_id)["run_id"] == run_id
            else:
                with pytest.raises(NotFound):
                    calls.run(copied, run_id=run_id)
        oracle._dispose_engine()
