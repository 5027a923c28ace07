"""The kernel's file in Jupyter's runtime folder."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nbtrack import runtime
from nbtrack.errors import Invalid
from nbtrack.records import KernelRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORD = KernelRecord(
    kernel_id="5d2c8a4e-0001",
    pid=os.getpid(),
    store="sqlite:////srv/work/mlflow.db",
    store_source="default",
    experiment="notebooks/Übung 1",
    experiment_source="default",
    notebook="notebooks/Übung 1.ipynb",
    tracking=True,
    notices=("An old ./mlruns is not shown.",),
)


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "runtime"
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    return folder


def file_of(folder: Path) -> Path:
    return folder / f"nbtrack-{RECORD.kernel_id}.json"


def test_what_is_written_is_read(runtime_folder: Path) -> None:
    assert runtime.folder() == runtime_folder
    runtime.write(RECORD)
    assert runtime.read(RECORD.kernel_id) == RECORD
    assert list(runtime_folder.iterdir()) == [file_of(runtime_folder)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_only_the_user_can_read_it(runtime_folder: Path) -> None:
    runtime.write(RECORD)
    assert stat.S_IMODE(file_of(runtime_folder).stat().st_mode) == 0o600
    assert stat.S_IMODE(runtime_folder.stat().st_mode) == 0o700


def test_an_unchanged_record_is_not_written_again(runtime_folder: Path) -> None:
    runtime.write(RECORD)
    first = file_of(runtime_folder).stat()
    runtime.write(RECORD)
    assert file_of(runtime_folder).stat().st_ino == first.st_ino
    runtime.write(replace(RECORD, tracking=False))
    after = runtime.read(RECORD.kernel_id)
    assert after is not None
    assert after.tracking is False


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: good[: len(good) // 2],
        lambda _: "",
        lambda _: "[" * 100_000,
        lambda _: "null",
        lambda good: json.dumps({**json.loads(good), "schema": 2}),
        lambda good: json.dumps({**json.loads(good), "pid": "12"}),
        lambda good: json.dumps({**json.loads(good), "pid": True}),
        lambda good: json.dumps({**json.loads(good), "store": None}),
        lambda good: json.dumps({**json.loads(good), "store_source": "the browser"}),
        lambda good: json.dumps({**json.loads(good), "store_source": []}),
        lambda good: json.dumps({**json.loads(good), "notices": "abc"}),
        lambda good: json.dumps({**json.loads(good), "kernel_id": "another"}),
        lambda good: json.dumps({k: v for k, v in json.loads(good).items() if k != "tracking"}),
        lambda good: json.dumps({**json.loads(good), "extra": 1}),
    ],
)
def test_a_torn_or_foreign_file_is_no_record(runtime_folder: Path, damage: Callable[[str], str]) -> None:
    runtime.write(RECORD)
    file = file_of(runtime_folder)
    file.write_text(damage(file.read_text()))
    assert runtime.read(RECORD.kernel_id) is None
    runtime.write(RECORD)
    assert runtime.read(RECORD.kernel_id) == RECORD


def test_bytes_that_are_no_text_are_no_record_and_are_replaced(runtime_folder: Path) -> None:
    runtime_folder.mkdir()
    file_of(runtime_folder).write_bytes(b"\xff\xfe\x00")
    assert runtime.read(RECORD.kernel_id) is None
    runtime.write(RECORD)
    assert runtime.read(RECORD.kernel_id) == RECORD


def test_a_dead_kernel_has_no_record_but_keeps_its_file(runtime_folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    runtime.write(replace(RECORD, pid=process.pid))
    assert runtime.read(RECORD.kernel_id) is None
    assert file_of(runtime_folder).exists()


def test_removing_is_done_once_or_twice(runtime_folder: Path) -> None:
    runtime.write(RECORD)
    runtime.remove(RECORD.kernel_id)
    assert not file_of(runtime_folder).exists()
    runtime.remove(RECORD.kernel_id)
    assert runtime.read(RECORD.kernel_id) is None


@pytest.mark.parametrize("kernel_id", ["", "../x", "a/b", "a\\b", "..", ".hidden", "a\0b", "x" * 129, "a\n"])
def test_a_kernel_id_can_not_lead_elsewhere(kernel_id: str) -> None:
    for act in (runtime.read, runtime.remove, lambda k: runtime.write(replace(RECORD, kernel_id=k))):
        with pytest.raises(Invalid):
            act(kernel_id)
