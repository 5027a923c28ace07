"""`nbtrack doctor`, on real installations, stores and disks."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

import nbtrack as package
from nbtrack.command import place
from nbtrack.journal.places import VARIABLE
from nbtrack.journal.state import Sent
from tests.unit.command.logged import journal, store_with_run
from tests.unit.stores import age, execute, make_newer, make_older

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    Command = Callable[..., Result]


@pytest.fixture(autouse=True)
def jupyter(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install nbtrack's side of Jupyter where Jupyter looks first."""
    folder = tmp_path_factory.mktemp("jupyter")
    extension = folder / "data" / "labextensions" / "nbtrack"
    (extension / "static").mkdir(parents=True)
    (extension / "static" / "entry.js").touch()
    build = {"version": package.__version__, "jupyterlab": {"_build": {"load": "static/entry.js"}}}
    (extension / "package.json").write_text(json.dumps(build))
    (folder / "config").mkdir()
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder / "config"))
    enable(folder, on=True)
    return folder


def enable(folder: Path, *, on: bool) -> None:
    said = {"ServerApp": {"jpserver_extensions": {"nbtrack": on}}}
    (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(said))


def wrong(done: Result) -> list[str]:
    """Return the lines of what is wrong; each says what to type, and the command fails exactly for them."""
    found = [line for line in done.output.splitlines() if line.startswith("✗")]
    assert all(" — " in line and line.count("`") >= 2 for line in found)
    assert done.exit_code == bool(found)
    assert {line[0] for line in done.output.splitlines()[1:]} <= set("✓✗·")
    return found


def test_all_is_well_in_a_fresh_folder_and_nothing_is_made(nbtrack: Command, tmp_path: Path) -> None:
    done = nbtrack("doctor")
    assert wrong(done) == []
    for what in ("nbtrack 0.", "Python 3.", "mlflow 3.", "jupyterlab 4.", "ipykernel 7.", "altair 6."):
        assert f"✓ {what}" in done.output
    assert "✓ The store is not there yet: the first run that is logged makes it" in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_this_mlflow_is_opened(nbtrack: Command, tmp_path: Path) -> None:
    store_with_run(tmp_path)
    before = (tmp_path / "mlflow.db").read_bytes()
    done = nbtrack("doctor")
    assert wrong(done) == []
    assert "✓ The store can be read and written, and is of this MLflow's schema" in done.output
    assert (tmp_path / "mlflow.db").read_bytes() == before


def test_a_store_of_another_mlflow_is_told(nbtrack: Command, tmp_path: Path) -> None:
    make_older(tmp_path / "mlflow.db")
    age(tmp_path / "mlflow.db")
    (older,) = wrong(nbtrack("doctor"))
    assert f"type `mlflow db upgrade sqlite:///{tmp_path / 'mlflow.db'}`" in older
    (tmp_path / "mlflow.db").unlink()
    make_newer(tmp_path / "mlflow.db")
    (newer,) = wrong(nbtrack("doctor"))
    assert "type `pip install -U mlflow`" in newer


def test_a_file_that_is_no_store_is_told(
    nbtrack: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'other.db'}")
    execute(tmp_path / "other.db", "CREATE TABLE mine (a)")
    (line,) = wrong(nbtrack("doctor"))
    assert f"The file {tmp_path / 'other.db'} is not an MLflow store" in line


def test_a_store_and_a_disk_that_only_others_can_write_are_told(
    read_only: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = read_only(store_with_run)
    monkeypatch.chdir(folder)
    named, store = place.store()
    assert named.mark == "✓"
    assert (store.mark, "can't be " in store.text) == ("✗", True)
    monkeypatch.setenv(VARIABLE, str(folder / "journals"))
    (disk,) = place.disk()
    assert disk.mark == "✗"
    assert f"The journals' folder {folder / 'journals'} can't be written: Permission denied" in disk.text


def test_a_journals_folder_that_this_user_may_not_enter_is_told(
    read_only: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    read_only(lambda _: None)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "closed" / "journals"))
    (disk,) = place.disk()
    assert (disk.mark, "Permission denied" in disk.text) == ("✗", True)


def test_a_folder_that_is_gone_is_told(
    nbtrack: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    (line,) = wrong(nbtrack("doctor"))
    assert "This folder can't be looked at" in line


@contextmanager
def answering(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://me:hunter2@127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_server_is_asked_and_its_password_is_not_told(
    nbtrack: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(200) as uri:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        done = nbtrack("doctor")
        assert wrong(done) == []
        assert "✓ The store's server is there" in done.output
        assert "hunter2" not in done.output
    (line,) = wrong(nbtrack("doctor"))
    assert "can't be reached: nothing answers there — start it, then type `nbtrack doctor` again" in line
    with answering(500) as uri:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        assert "answered with an error (500)" in wrong(nbtrack("doctor"))[0]


def test_a_store_that_cannot_be_asked_is_not_called_well(
    nbtrack: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://me:hunter2@db.example/mlflow")
    done = nbtrack("doctor")
    assert "· The store was not asked: nbtrack can't tell for this kind of store" in done.output
    assert "hunter2" not in done.output
    assert wrong(done) == []


def test_a_broken_project_file_is_told(nbtrack: Command, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.nbtrack]\nstore = 'nonsense'\n")
    (line,) = wrong(nbtrack("doctor"))
    assert "'nonsense'" in line


def test_jupyterlabs_side_must_be_there_whole_of_this_version_and_enabled(
    nbtrack: Command, jupyter: Path
) -> None:
    note = jupyter / "data" / "labextensions" / "nbtrack" / "package.json"
    pages = jupyter / "config" / "labconfig" / "page_config.json"
    pages.parent.mkdir()
    pages.write_text(json.dumps({"disabledExtensions": {"nbtrack:sidebar": True}}))
    (line,) = wrong(nbtrack("doctor"))
    assert "disabled (nbtrack:sidebar) — type `jupyter labextension enable nbtrack:sidebar`" in line
    pages.write_text(json.dumps({"disabledExtensions": {"nbtrack": False}}))
    assert wrong(nbtrack("doctor")) == []
    note.write_text(note.read_text().replace(package.__version__, "0.0.1"))
    assert "is 0.0.1 and nbtrack is" in wrong(nbtrack("doctor"))[0]
    (note.parent / "static" / "entry.js").unlink()
    assert "is not built" in wrong(nbtrack("doctor"))[0]


def test_a_server_extension_that_is_switched_off_is_told(nbtrack: Command, jupyter: Path) -> None:
    enable(jupyter, on=False)
    (line,) = wrong(nbtrack("doctor"))
    assert line.endswith("is disabled — type `jupyter server extension enable nbtrack`")


def test_a_package_that_does_not_fit_is_told(
    nbtrack: Command, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("site")
    note = folder / "altair-1.0.dist-info" / "METADATA"
    note.parent.mkdir()
    note.write_text("Metadata-Version: 2.1\nName: altair\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(folder))
    (line,) = wrong(nbtrack("doctor"))
    assert line.startswith("✗ altair 1.0 does not fit: nbtrack needs >=6 — type `pip install -U 'altair>=6'`")


def test_a_full_or_forbidden_disk_for_journals_is_told(
    nbtrack: Command, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(small_disk / "journals"))
    assert "The journals' disk is nearly full: 1." in wrong(nbtrack("doctor"))[0]
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    assert f"type `export {VARIABLE}=" in wrong(nbtrack("doctor"))[0]


def test_what_waits_is_told(nbtrack: Command) -> None:
    folder = journal("sqlite:////nowhere/mlflow.db", "run-1", 3, alive=True)
    done = nbtrack("doctor")
    assert "✓ 3 records of kernels that live on the way to the store" in done.output
    assert wrong(done) == []
    Sent(error="The store is away.", refused=2).save(folder)
    refused, stuck = wrong(nbtrack("doctor"))
    assert f"the store refused 2 records for good — type `less {folder / 'refused.jsonl'}`" in refused
    assert stuck.endswith("3 records not stored yet, The store is away — type `nbtrack sync`")
