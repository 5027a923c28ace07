"""The sender's process: `python -m nbtrack.journal FOLDER`, started by the kernel whose journal it is.

Its standard input comes from the kernel: a line of JSON tells a whole tracking URI and MLflow's variables
with the login, an empty line asks to hurry, the end of the input is the kernel's.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path

from nbtrack import sqlite
from nbtrack.journal import places
from nbtrack.journal.into_client import be_impatient, import_mlflow
from nbtrack.journal.left import sweep
from nbtrack.journal.opened import learn
from nbtrack.journal.sender import Busy, serve

LOOK_SECONDS = 5.0


class _Wishes:
    """What the kernel says, read in a thread: a pipe can't be waited for with a limit on every system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked = time.monotonic()
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._alive = True
        threading.Thread(target=self._listen, name="nbtrack-wishes", daemon=True).start()

    def pause(self, seconds: float) -> bool:
        """Wait for a wish; return whether the kernel lives."""
        if self._alive:
            with contextlib.suppress(queue.Empty):
                self._take(self._said.get(timeout=seconds))
                while True:
                    self._take(self._said.get_nowait())
        if self._alive and time.monotonic() - self._looked > LOOK_SECONDS:
            # A process that the kernel has forked may hold the other end of the pipe open.
            self._looked = time.monotonic()
            self._alive = places.is_written(self._folder)
        return self._alive

    def _take(self, said: str | None) -> None:
        if said is None:
            self._alive = False
        elif said:
            told = json.loads(said)
            uri = told.pop("uri")
            learn(uri)
            os.environ.update(told)
            if sqlite.path_of(uri) is None:
                # It takes seconds, and the first to read what it has logged would wait for them.
                threading.Thread(target=import_mlflow, daemon=True).start()

    def _listen(self) -> None:
        for text in sys.stdin:
            self._said.put(text.rstrip("\n"))
        self._said.put(None)


def main() -> None:
    """Send until the kernel is gone and all is stored."""
    be_impatient()
    os.umask(0o077)
    folder = Path(sys.argv[1])
    wishes = _Wishes(folder)
    # What dead kernels left is sent beside; whoever is away is left to another time.
    threading.Thread(target=sweep, name="nbtrack-sweep", daemon=True).start()
    with contextlib.suppress(Busy):
        serve(folder, wishes.pause)


main()
