"""SQLite stores of every age, under the installed MLflow."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import mlflow.cli
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from nbtrack import schema, settings, sqlite
from nbtrack.errors import StoreUnavailable

from . import stores

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Fill = Callable[[Callable[[Path], object]], Path]

HEAD = schema._revisions()[0]


@pytest.fixture(scope="module")
def ages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one store of each age, to be copied."""
    folder = tmp_path_factory.mktemp("ages")
    stores.make_current(folder / "current")
    stores.make_older(folder / "older")
    shutil.copy(folder / "current", folder / "newer")
    stores.execute(folder / "newer", "UPDATE alembic_version SET version_num = 'fedcba987654'")
    return folder


def prepare(folder: Path) -> settings.Settings:
    found = settings.resolve(folder=folder, root=folder, notebook=None, environ={})
    schema.prepare(found)
    return found


def refused(folder: Path) -> StoreUnavailable:
    with pytest.raises(StoreUnavailable) as caught:
        prepare(folder)
    assert str(folder / "mlflow.db") in caught.value.message
    return caught.value


def test_states(ages: Path, tmp_path: Path) -> None:
    for age in ("current", "older", "newer"):
        assert schema.state(ages / age) == age
    (tmp_path / "zero").touch()
    (tmp_path / "text").write_text("hello")
    (tmp_path / "damaged").write_bytes((ages / "current").read_bytes()[:5000])
    stores.execute(tmp_path / "no tables", "PRAGMA user_version = 1")
    stores.execute(tmp_path / "other", "CREATE TABLE t (a)")
    stores.execute(tmp_path / "failed", "CREATE TABLE alembic_version (version_num TEXT)")
    states = {
        name: schema.state(tmp_path / name) for name in ("zero", "no tables", "failed", "text", "other")
    }
    assert states == {
        "zero": "empty", "no tables": "empty", "failed": "empty", "text": "foreign", "other": "foreign"
    }  # fmt: skip
    assert schema.state(tmp_path) == "foreign"
    assert schema.state(tmp_path / "missing") == "absent"
    assert schema.state(tmp_path / "damaged") == "unreadable"


def test_a_file_without_permission_is_unreadable(ages: Path, read_only: Fill) -> None:
    def fill(folder: Path) -> None:
        shutil.copy(ages / "current", folder / "mlflow.db")
        (folder / "mlflow.db").chmod(0)

    assert schema.state(read_only(fill) / "mlflow.db") == "unreadable"


@pytest.mark.parametrize("before", ["absent", "empty"])
def test_a_missing_store_is_made_and_marked(tmp_path: Path, before: str) -> None:
    folder = tmp_path / "50%41 ü"
    folder.mkdir()
    if before == "empty":
        (folder / "mlflow.db").touch()
    made = prepare(folder)
    assert schema.state(folder / "mlflow.db") == "current"
    assert list(folder.iterdir()) == [folder / "mlflow.db"]
    again = settings.resolve(folder=folder, root=None, notebook=None, environ={})
    assert again.made_by_nbtrack
    assert again.store_source == "found"
    client = MlflowClient(made.store)
    run = client.create_run("0")
    client.log_text(run.info.run_id, "kept", "a.txt")
    (artifact,) = (folder / "mlartifacts").rglob("a.txt")
    assert artifact.read_text() == "kept"


def test_a_store_named_by_hand_is_made_without_our_mark(tmp_path: Path) -> None:
    (tmp_path / "new folder").mkdir()
    found = settings.resolve(
        folder=tmp_path, root=None, notebook=None, store="new folder/deep/x.db", environ={}
    )
    schema.prepare(found)
    content = sqlite.look(tmp_path / "new folder" / "deep" / "x.db")
    assert content is not None
    assert (content.revision, content.application_id) == (HEAD, 0)


def test_a_store_that_fits_is_left_alone(ages: Path, tmp_path: Path) -> None:
    shutil.copy(ages / "current", tmp_path / "mlflow.db")
    before = (tmp_path / "mlflow.db").read_bytes()
    prepare(tmp_path)
    assert (tmp_path / "mlflow.db").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "mlflow.db"]


def test_our_older_store_is_copied_and_upgraded(ages: Path, tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    shutil.copy(ages / "older", file)
    stores.mark(file)
    stores.execute(file, "INSERT INTO experiments (name, lifecycle_stage) VALUES ('kept', 'active')")
    (tmp_path / f"mlflow.db.before-{HEAD}.bak").write_text("an earlier copy")
    stores.age(file)
    prepare(tmp_path)
    assert schema.state(file) == "current"
    copy = tmp_path / f"mlflow.db.before-{HEAD}.2.bak"
    assert schema.state(copy) == "older"
    for each in (file, copy):
        content = sqlite.look(each)
        assert content is not None
        assert content.application_id == sqlite.APPLICATION_ID  # the mark outlives MLflow's migrations
        assert ("kept",) in stores.execute(each, "SELECT name FROM experiments")
    assert MlflowClient(f"sqlite:///{file}").get_experiment_by_name("kept") is not None


@pytest.mark.parametrize("age", ["older", "newer"])
def test_what_does_not_fit_is_refused_unchanged(ages: Path, tmp_path: Path, age: str) -> None:
    shutil.copy(ages / age, tmp_path / "mlflow.db")
    stores.age(tmp_path / "mlflow.db")
    before = (tmp_path / "mlflow.db").read_bytes()
    error = refused(tmp_path)
    content = sqlite.look(tmp_path / "mlflow.db")
    assert content is not None
    assert str(content.revision) in error.message
    command = {"older": f"mlflow db upgrade sqlite:///{tmp_path}/mlflow.db", "newer": "pip install -U mlflow"}
    assert f"`{command[age]}`" in error.hint
    assert (tmp_path / "mlflow.db").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "mlflow.db"]


def test_the_command_for_an_older_store_works(ages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my runs"
    folder.mkdir()
    shutil.copy(ages / "older", folder / "mlflow.db")
    stores.age(folder / "mlflow.db")
    command = shlex.split(refused(folder).hint.split("`")[1])
    assert command[0] == "mlflow"
    done = CliRunner().invoke(mlflow.cli.cli, command[1:])
    assert done.exit_code == 0, done.output
    assert schema.state(folder / "mlflow.db") == "current"


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\0" + b"\xff" * 4096])
def test_other_files_are_refused_unchanged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mlflow.db").write_bytes(content)
    assert "%track --store" in refused(tmp_path).hint
    assert (tmp_path / "mlflow.db").read_bytes() == content


@pytest.mark.parametrize("age", ["absent", "current", "older"])
def test_a_read_only_folder(ages: Path, read_only: Fill, age: str) -> None:
    def fill(folder: Path) -> None:
        if age != "absent":
            shutil.copy(ages / age, folder / "mlflow.db")
            stores.mark(folder / "mlflow.db")
            stores.age(folder / "mlflow.db")

    folder = read_only(fill)
    error = refused(folder)
    assert "can't write" in error.message
    assert "%track --store" in error.hint
    assert len(list(folder.iterdir())) == (age != "absent")


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = settings.resolve(folder=tmp_path, root=None, notebook=None, store="file/x/mlflow.db", environ={})
    with pytest.raises(StoreUnavailable, match="not a folder"):
        schema.prepare(found)


def test_a_store_that_another_process_is_writing_to_passes(ages: Path, tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    shutil.copy(ages / "current", file)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        prepare(tmp_path)


@pytest.mark.parametrize("begun", [0, 1, 20])
def test_a_store_that_plain_mlflow_is_just_making_is_waited_for(tmp_path: Path, begun: int) -> None:
    file = tmp_path / "mlflow.db"
    stores.make_older(file, steps=begun) if begun else stores.execute(file, "CREATE TABLE experiments (a)")
    seen = [schema.state(file)]

    def go_on() -> None:
        time.sleep(1)
        seen.append(schema.state(file))
        file.unlink()
        stores.make_current(file)

    other = threading.Thread(target=go_on)
    other.start()
    found = settings.resolve(folder=tmp_path, root=tmp_path, notebook=None, environ={})
    schema.prepare(found)
    other.join()
    assert set(seen) == {"older" if begun else "foreign"}
    assert schema.state(file) == "current"


@pytest.mark.parametrize("age", ["older", "other"])
def test_a_store_that_does_not_fit_and_is_written_all_the_time_is_not_waited_for(
    ages: Path, tmp_path: Path, age: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mlflow.db"
    if age == "older":
        shutil.copy(ages / age, file)
    else:
        stores.execute(file, "CREATE TABLE t (a)")
    monkeypatch.setitem(schema._QUIET, "older", 0.5)
    monkeypatch.setitem(schema._QUIET, "foreign", 0.5)
    refusal = threading.Event()

    def write() -> None:
        end = time.monotonic() + 60
        while not refusal.is_set() and time.monotonic() < end:
            os.utime(file)
            time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    refused(tmp_path)
    assert writer.is_alive()
    refusal.set()
    writer.join()


def test_a_store_made_at_the_same_time_by_plain_mlflow_is_used(tmp_path: Path) -> None:
    found = settings.resolve(folder=tmp_path, root=tmp_path, notebook=None, environ={})
    other = threading.Thread(target=stores.make_current, args=(tmp_path / "mlflow.db",))
    other.start()
    while not (tmp_path / "mlflow.db").exists():
        time.sleep(0.001)
    schema.prepare(found)
    other.join()
    assert schema.state(tmp_path / "mlflow.db") == "current"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "databricks", "sqlite:///:memory:"])
def test_other_stores_are_left_to_mlflow(tmp_path: Path, uri: str) -> None:
    schema.prepare(settings.resolve(folder=tmp_path, root=None, notebook=None, store=uri, environ={}))
    assert list(tmp_path.iterdir()) == []
