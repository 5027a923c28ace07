"""Making a store under bad luck: several at once, killed, and on a full disk."""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from mlflow import MlflowClient

from nbtrack import schema, settings, storefile
from nbtrack.errors import StoreUnavailable

from . import stores

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES = multiprocessing.get_context("fork")  # MLflow is imported once for all of them


def child(how: str, folder: Path, me: str, largest: int | None = None) -> None:
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    (folder / f"{me}.ready").touch()
    wait_for("go", folder)
    try:
        if how == "prepare":
            prepare(folder)
        else:
            storefile.create(folder / "mlflow.db", artifacts=None, ours=True)
        MlflowClient(f"sqlite:///{folder}/mlflow.db").create_run("0", run_name=me)
    except StoreUnavailable as error:
        (folder / f"{me}.error").write_text(str(error))


def start(*what: object) -> multiprocessing.process.BaseProcess:
    process = PROCESSES.Process(target=child, args=what)
    process.start()
    return process


def prepare(folder: Path) -> None:
    schema.prepare(settings.resolve(folder=folder, root=None, notebook=None, environ={}))


def wait_for(pattern: str, folder: Path) -> None:
    deadline = time.monotonic() + 90
    while not list(folder.glob(pattern)):
        assert time.monotonic() < deadline, f"{pattern} did not appear"
        time.sleep(0.002)


@pytest.mark.parametrize("how", ["prepare", "create"])
def test_two_processes_at_once_make_one_store(
    tmp_path: Path, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    names = ["first", "second"]
    children = [start(how, tmp_path, name) for name in names]
    for name in names:
        wait_for(f"{name}.ready", tmp_path)
    (tmp_path / "go").touch()
    for process in children:
        process.join(90)
        assert process.exitcode == 0
    runs = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db").search_runs(["0"])
    assert sorted(str(run.info.run_name) for run in runs) == names
    assert {path.suffix for path in tmp_path.iterdir()} == {"", ".db", ".ready"}
    assert "INFO" not in capfd.readouterr().err


def test_a_kernel_killed_while_making_a_store_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    process = start("prepare", tmp_path, "killed")
    wait_for(".mlflow.db-*.tmp-journal", tmp_path)
    process.kill()
    process.join(90)
    assert schema.state(tmp_path / "mlflow.db") == "absent"
    prepare(tmp_path)
    assert schema.state(tmp_path / "mlflow.db") == "current"


def test_a_limit_on_the_size_of_files_while_making_a_store(tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    process = start("prepare", tmp_path, "limited", 300_000)
    process.join(90)
    error = (tmp_path / "limited.error").read_text()
    assert "full" in error
    assert "%track --store" in error
    assert not list(tmp_path.glob("*mlflow.db*"))


def test_a_full_disk_while_making_a_store(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"\0" * 1_200_000)
    with pytest.raises(StoreUnavailable, match="full") as caught:
        prepare(small_disk)
    assert "%track --store" in caught.value.hint
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)


@pytest.mark.parametrize("age", ["current", "older"])
def test_a_full_disk_under_a_store_of_ours(tmp_path: Path, small_disk: Path, age: str) -> None:
    file = small_disk / "mlflow.db"
    getattr(stores, f"make_{age}")(tmp_path / "made")
    shutil.copy(tmp_path / "made", file)
    stores.mark(file)
    stores.age(file)
    before = file.read_bytes()
    fill(small_disk)
    with pytest.raises(StoreUnavailable, match="full"):
        prepare(small_disk)
    assert file.read_bytes() == before
    assert not list(small_disk.glob("*.bak"))
