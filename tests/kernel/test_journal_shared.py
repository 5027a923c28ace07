"""What a cell has logged is in the store although others use it, the clock is set back or a disk is full."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import time
from typing import TYPE_CHECKING

import mlflow
import psutil
import pytest

from tests.kernel.live import until

resource = pytest.importorskip("resource", reason="limits a process as only POSIX can")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kernel.live import LiveKernel

POINTS, FEWER = 20_000, 8_000
EACH = "import mlflow\nfor n in range({points}): mlflow.log_metric('a', n / 7, step=n)"
READ = "mlflow.get_run(run.info.run_id)"  # has the sender look at once; the store was away
LATER = ("import time; time.sleep(6)", "1")  # after five seconds it is told that the store is away


def begun(kernel: LiveKernel) -> str:
    """Switch nbtrack on and start a run; return its id."""
    kernel.ok("%load_ext nbtrack")
    return kernel.ok("import mlflow\nrun = mlflow.start_run()\nprint(run.info.run_id)").stdout.strip()


def rows(store: Path, run_id: str, key: str = "a") -> list[tuple[int, float, int]]:
    """Return step, value and timestamp of each point of a metric, by SQL: MLflow takes long for many."""
    with contextlib.closing(sqlite3.connect(store, timeout=30)) as reading:
        query = "SELECT step, value, timestamp FROM metrics WHERE run_uuid = ? AND key = ? ORDER BY step"
        return reading.execute(query, (run_id, key)).fetchall()


def all_there(store: Path, run_id: str, points: int) -> bool:
    return [row[:2] for row in rows(store, run_id)] == [(n, n / 7) for n in range(points)]


def sender_of(kernel: LiveKernel) -> int:
    """Return the process id of a kernel's sender, once there is one."""

    def found() -> list[int]:
        pids = []
        for child in psutil.Process(kernel.pid).children():
            with contextlib.suppress(psutil.Error):  # gone meanwhile
                pids += [child.pid] if "nbtrack.journal" in child.cmdline() else []
        return pids

    until(found)
    return found()[0]


def said_by(kernel: LiveKernel, *cells: str, about: str) -> list[str]:
    """Execute cells that must go well; return nbtrack's sentences in which these words are."""
    texts = [kernel.ok(cell).stderr for cell in cells]
    assert not any("Traceback" in text for text in texts), texts
    return [line for text in texts for line in text.splitlines() if "nbtrack:" in line and about in line]


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of its own that is small enough to be filled; skip where this user can't."""
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)],
        capture_output=True, check=False,
    ) if os.geteuid() == 0 else None  # fmt: skip
    if made is None or made.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        # The kernel, which ends after this, may still have a file open there.
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Fill a disk to its last byte; to delete the file makes room."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


def test_two_kernels_and_a_reader_on_one_file(bare: Callable[..., LiveKernel], tmp_path: Path) -> None:
    store = tmp_path / "shared.db"
    client = mlflow.MlflowClient(f"sqlite:///{store}")
    client.search_experiments()  # makes the file
    env = {"MLFLOW_TRACKING_URI": f"sqlite:///{store}", "NBTRACK_JOURNAL": "on"}
    kernels = [bare(name, env) for name in ("one", "two")]
    run_ids = [begun(kernel) for kernel in kernels]
    sent = [kernel.send(EACH.format(points=POINTS) + "\nmlflow.end_run()") for kernel in kernels]

    def have_ended() -> bool:
        # As another notebook reads; a lock would be raised here.
        experiments = [one.experiment_id for one in client.search_experiments()]
        seen.append(len(client.get_metric_history(run_ids[len(seen) % 2], "a")))
        return [run.info.status for run in client.search_runs(experiments)] == ["FINISHED", "FINISHED"]

    seen: list[int] = []
    until(have_ended, 60)
    for kernel, message in zip(kernels, sent, strict=True):
        reply = kernel.wait(message)
        assert reply.status == "ok", reply.text
        assert "locked" not in reply.text + kernel.ok("1").text
    assert [all_there(store, run_id, POINTS) for run_id in run_ids] == [True, True]
    assert any(0 < count < POINTS for count in seen)  # read while it was written


def test_a_clock_that_is_set_back_during_a_cell(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare(env={"NBTRACK_JOURNAL": "on"})
    kernel.ok("%load_ext nbtrack")
    before = time.time() * 1000
    reply = kernel.ok(
        "import mlflow, time\n"
        "real = time.time\n"
        "with mlflow.start_run() as run:\n"
        "    for n in range(2000):\n"
        "        if n == 1000: time.time = lambda: real() - 7200\n"
        "        mlflow.log_metric('a', n / 7, step=n)\n"
        "        mlflow.log_metric('b', n)\n"  # all of one step: kept apart by their timestamps alone
        "time.time = real\n"
        "print(run.info.run_id)"
    )
    run_id = reply.stdout.strip()
    assert "Traceback" not in reply.stderr
    after = time.time() * 1000
    store = kernel.folder / "mlflow.db"
    until(lambda: kernel.store.get_run(run_id).info.status == "FINISHED")
    assert all_there(store, run_id, 2000)
    assert kernel.store.get_run(run_id).data.metrics["a"] == 1999 / 7
    history = kernel.store.get_metric_history(run_id, "a")  # by time, in plain MLflow as well
    assert sorted(one.step for one in history) == list(range(2000))
    for step, _, stamped in rows(store, run_id):
        back = 7_200_000 if step >= 1000 else 0
        assert before - 1 <= stamped + back <= after
    assert sorted(value for _, value, _ in rows(store, run_id, "b")) == list(range(2000))


def test_a_full_disk_of_the_store(bare: Callable[..., LiveKernel], tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        store = disk / "mlflow.db"
        kernel = bare(env={"MLFLOW_TRACKING_URI": f"sqlite:///{store}", "NBTRACK_JOURNAL": "on"})
        run_id = begun(kernel)
        filler = fill(disk)
        said = said_by(kernel, EACH.format(points=FEWER), "mlflow.end_run()", *LATER, about="is away")
        assert len(said) == 1
        assert "full" in said[0]
        assert len(rows(store, run_id)) < FEWER
        filler.unlink()
        kernel.ok(READ)
        until(lambda: mlflow.MlflowClient(f"sqlite:///{store}").get_run(run_id).info.status == "FINISHED", 60)
        assert all_there(store, run_id, FEWER)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process as only Linux can")
def test_a_store_that_can_not_grow(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare(env={"NBTRACK_JOURNAL": "on"})
    run_id = begun(kernel)
    store = kernel.folder / "mlflow.db"
    sender = sender_of(kernel)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.prlimit(sender, resource.RLIMIT_FSIZE, (store.stat().st_size + 50_000, most))
    said = said_by(kernel, EACH.format(points=FEWER), "mlflow.end_run()", *LATER, about="is away")
    # Again where a small batch still fitted in between, and the store was well for a moment.
    assert said
    assert all("full" in one for one in said)
    assert sender_of(kernel) == sender
    assert len(rows(store, run_id)) < FEWER
    resource.prlimit(sender, resource.RLIMIT_FSIZE, (most, most))
    kernel.ok(READ)
    until(lambda: kernel.store.get_run(run_id).info.status == "FINISHED", 60)
    assert all_there(store, run_id, FEWER)


# A long tag that is set again and again fills the journal, but not the store.
MUCH = """
for n in range(500):
    mlflow.log_metric("a", n / 7, step=n)
    mlflow.set_tag("note", f"{n} " + "x" * 7900)
"""


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process as only Linux can")
def test_a_journal_that_can_not_grow(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare(env={"NBTRACK_JOURNAL": "on"})
    run_id = begun(kernel)
    sender_of(kernel)  # is there, without the limit
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.prlimit(kernel.pid, resource.RLIMIT_FSIZE, (3 * 2**20, most))
    said = said_by(kernel, MUCH, "mlflow.end_run()", "1", about="goes straight to the store")
    assert len(said) == 1
    until(lambda: kernel.store.get_run(run_id).info.status == "FINISHED")
    store = kernel.folder / "mlflow.db"
    until(lambda: all_there(store, run_id, 500))
    assert kernel.store.get_run(run_id).data.tags["note"].startswith("499 ")


def test_a_full_disk_of_the_journal(bare: Callable[..., LiveKernel], tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 3) as disk:
        kernel = bare(env={"NBTRACK_JOURNAL": str(disk / "journal")})
        run_id = begun(kernel)
        said = said_by(kernel, MUCH, "mlflow.end_run()", "1", about="goes straight to the store")
        assert len(said) == 1
        assert "No space left on device" in said[0]
        until(lambda: kernel.store.get_run(run_id).info.status == "FINISHED")
        store = kernel.folder / "mlflow.db"
        # Also what the journal had taken before the disk was full, though no note of it can be written.
        until(lambda: all_there(store, run_id, 500))
        assert kernel.store.get_run(run_id).data.tags["note"].startswith("499 ")
