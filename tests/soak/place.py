"""A folder with a store and a home of its own, and kernels that log into it."""

from __future__ import annotations

import os
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.kernel.live import LiveKernel, until

if TYPE_CHECKING:
    from collections.abc import Iterator

# The counter in the side file is written after the call has returned, by one system call.
_LOG = """
import mlflow, os, struct, time
begun = time.monotonic()
counter = os.open({file!r}, os.O_WRONLY | os.O_CREAT)
with mlflow.start_run() as run:
    with open({file!r} + ".run", "w") as file: file.write(run.info.run_id)
    for n in range({points}):
        mlflow.log_metric("a", n / 7, step=n)
        os.pwrite(counter, struct.pack("q", n + 1), 0)
        if {pace} and n % 100 == 0: time.sleep({pace})
with open({file!r} + ".took", "w") as file: file.write(str(time.monotonic() - begun))
"""
ENOUGH = 300.0  # seconds in which anything that is waited for must have come to be


class Place:
    """Where a scenario takes place.

    Parameters
    ----------
    folder
        An empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "mlflow.db"
        self.journals = folder / "journal"
        self.uri = f"sqlite:///{self.store}"
        self.env = {"MLFLOW_TRACKING_URI": self.uri, "NBTRACK_JOURNAL": str(self.journals)}

    def use(self, uri: str, store: Path) -> None:
        """Have the kernels that follow log into another store.

        Parameters
        ----------
        store
            Its SQLite file, to count in.
        """
        self.store = store
        self.uri = self.env["MLFLOW_TRACKING_URI"] = uri

    @contextmanager
    def kernel(self, name: str = "work") -> Iterator[LiveKernel]:
        """Run a kernel with nbtrack on, in a folder of this name."""
        with LiveKernel(self.folder / name, self.env) as kernel:
            kernel.ok("%load_ext nbtrack")
            yield kernel

    def log(self, kernel: LiveKernel, name: str, points: int, pace: float = 0.0) -> str:
        """Start a cell that logs, under a name for `logged` and `run_id`; return its message's id.

        Parameters
        ----------
        pace
            Seconds to rest after every hundred points.
        """
        return kernel.send(_LOG.format(file=str(self.folder / f"{name}.count"), points=points, pace=pace))

    def logged(self, name: str) -> int:
        """Return how many calls of a cell have returned."""
        with suppress(OSError, struct.error):
            (count,) = struct.unpack("q", (self.folder / f"{name}.count").read_bytes())
            return int(count)
        return 0

    def run_id(self, name: str) -> str:
        """Return the id of a cell's run."""
        return (self.folder / f"{name}.count.run").read_text()

    def took(self, name: str) -> float:
        """Return the seconds of a cell that is over, without its start and its end."""
        return float((self.folder / f"{name}.count.took").read_text())

    def wait_for(self, name: str, points: int) -> None:
        """Wait until a cell has logged so many points; soon after, whatever it is doing by then."""
        deadline = time.monotonic() + ENOUGH
        while self.logged(name) < points:
            assert time.monotonic() < deadline, (
                f"{name} has logged {self.logged(name)} of {points} points only"
            )
            time.sleep(0.001)

    def has_ended(self, name: str) -> bool:
        """Tell whether the store has the end of a cell's run, which comes after all else of it."""
        with closing(sqlite3.connect(self.store, timeout=30)) as reading:
            query = "SELECT status FROM runs WHERE run_uuid = ?"
            found: tuple[str] | None = reading.execute(query, (self.run_id(name),)).fetchone()
        return found is not None and found[0] != "RUNNING"

    def wait_for_senders(self) -> None:
        """Wait until the senders of kernels that are gone have sent and removed all journals."""
        until(lambda: not list(self.journals.glob("*")), ENOUGH)

    def senders(self) -> list[psutil.Process]:
        """Return the senders of this place."""
        found = []
        for one in psutil.process_iter():
            with suppress(psutil.Error):
                words = one.cmdline()
                if "nbtrack.journal" in words and words[-1].startswith(str(self.journals)):
                    found.append(one)
        return found

    def sync(self) -> str:
        """Type `nbtrack sync`; return what it says when it fails, "" where all is well."""
        done = subprocess.run(
            [Path(sys.executable).with_name("nbtrack"), "sync"],
            env={**os.environ, **self.env, "HOME": str(self.folder / "home")},
            capture_output=True,
            text=True,
            timeout=ENOUGH,
            check=False,
        )
        return f"nbtrack sync: {done.stdout}{done.stderr}".strip() if done.returncode else ""

    def clear(self) -> None:
        """End what is left of the senders, since the folder goes."""
        for one in self.senders():
            with suppress(psutil.Error):
                one.kill()
