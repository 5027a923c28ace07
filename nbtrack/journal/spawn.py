"""Starts the sender's process, and a new one where it died."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from nbtrack.journal.sender import Busy, serve
from nbtrack.journal.state import Sent, sent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_log = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0
_LOOK_SECONDS = 0.005
_AWAY_SECONDS = 1.0
# What a sender writes on its standard error is kept beside the journal: this much of it.
_LOG = "sender.log"


class Sender:
    """The sender of one journal, alive as long as this process is, and longer where something is left.

    Parameters
    ----------
    folder
        The journal.
    without
        Variables of the environment that the process must not have.
    on_thread
        Called with the reason where no process can be started, so that a thread sends.
    """

    def __init__(self, folder: Path, without: Collection[str], on_thread: Callable[[str], None]) -> None:
        self._folder = folder
        self._without = frozenset(without)
        self._on_thread = on_thread
        self._process: subprocess.Popen[str] | None = None
        self._told: list[dict[str, str]] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._hurried = threading.Event()

    @property
    def pid(self) -> int | None:
        """The process; None where there is none."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the process, and a thread that waits for its death to start another."""
        try:
            self._spawn()
        except OSError as error:
            self._on_thread(str(error))
            threading.Thread(target=self._send_here, name="nbtrack-sender", daemon=True).start()
        else:
            threading.Thread(target=self._watch, name="nbtrack-sender-watch", daemon=True).start()

    def use(self, uri: str, login: dict[str, str]) -> None:
        """Tell a whole tracking URI and MLflow's variables with the login: no file holds a password."""
        told = {"uri": uri, **login}
        if told not in self._told:
            self._told.append(told)
            self._say(json.dumps(told))

    def hurry(self) -> None:
        """Ask to look at the journal at once."""
        self._hurried.set()
        self._say("")

    def settled(self, position: tuple[int, int], seconds: float) -> bool:
        """Wait until all before a position is stored; return whether it is."""
        if _has(sent(self._folder), position):
            return True
        self.hurry()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
            state = sent(self._folder)
            if _has(state, position):
                return True
            if state.error and time.time() - state.since > _AWAY_SECONDS:
                return False  # no cell waits for a store that is known to be away
        return False

    def stop(self) -> None:
        """Let the process end when all is stored."""
        self._over.set()
        self._hurried.set()
        with self._lock, contextlib.suppress(OSError):
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()

    def leave_to_parent(self) -> None:
        """Let go of the process without a word. In a forked child."""
        self._over.set()
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()  # or the sender would wait for this process, too
        self._process = None

    def _say(self, text: str) -> None:
        with self._lock, contextlib.suppress(OSError, ValueError):  # a new process is told all that matters
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.write(text + "\n")
                self._process.stdin.flush()

    def _spawn(self) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in self._without}
        how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        log = os.open(self._folder / _LOG, how, 0o600)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module
                # -P: a module in the notebook's folder must not take the place of one that is needed.
                [sys.executable, "-P", "-m", "nbtrack.journal", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=environment,
                cwd=self._folder.parent,
                start_new_session=True,  # no interrupt of the kernel's reaches it, nor its end
                text=True,
                encoding="utf-8",
                bufsize=1,
            )
        finally:
            os.close(log)
        self._process = process
        for told in self._told:
            self._say(json.dumps(told))

    def _watch(self) -> None:
        pause = 0.1
        while True:
            process = self._process
            if process is None:
                return
            began = time.monotonic()
            process.wait()
            if self._over.is_set():
                return
            _log.debug("the sender died with %s", process.returncode)
            pause = 0.1 if time.monotonic() - began > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
            if self._over.wait(pause):
                return
            with contextlib.suppress(OSError):
                self._spawn()

    def _send_here(self) -> None:
        def pause(seconds: float) -> bool:
            self._hurried.wait(seconds)
            self._hurried.clear()
            return not self._over.is_set()

        with contextlib.suppress(Busy):
            serve(self._folder, pause)


def _has(state: Sent, position: tuple[int, int]) -> bool:
    return (state.segment, state.offset) >= position
