"""One operating system's process that reads one store, with the threads that serve its pipes.

Threads and not asyncio's own processes, since Jupyter runs on an event loop that has none on Windows; and so
neither starting a process nor reading twenty megabytes takes time from the loop.
"""

from __future__ import annotations

import contextlib
import logging
import re
import subprocess
import sys
import threading
from collections import deque
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from nbtrack.server import frames
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbtrack.server.frames import Answer, Refused

_COMMAND = [sys.executable, "-P", "-m", "nbtrack.store"]
_LONGEST_LINE = 1000
_LINES = 60  # of what the process last wrote to its log
_URI = re.compile(r"[A-Za-z][\w+.-]*://[^\s'\"<>]+")


class Child:
    """A living process. All methods return at once and may be called from the event loop.

    Parameters
    ----------
    greeting
        The first line: ``{uri, root}``. It goes through the pipe, since anyone can read a command line.
    folder
        Working directory.
    answered
        Called on `loop` with the id of a call and its answer.
    ended
        Called on `loop` once, when the process is no more.
    """

    def __init__(
        self,
        greeting: Mapping[str, Any],
        folder: Path,
        loop: AbstractEventLoop,
        answered: Callable[[Child, int, Answer | Refused], None],
        ended: Callable[[Child], None],
    ) -> None:
        self.started = loop.time()
        self._folder = folder
        self._loop = loop
        self._answered = answered
        self._ended = ended
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._unwanted = False
        self._uri = str(greeting["uri"])
        self._log: deque[str] = deque(maxlen=_LINES)
        self.send(greeting)
        threading.Thread(target=self._live, name="nbtrack-store", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Process id, or None before the start and after a failed one."""
        return None if self._process is None else self._process.pid

    def log(self) -> str:
        """Return the end of what the process wrote to its standard error, without credentials."""
        text = "".join(self._log).replace(self._uri, without_credentials(self._uri))
        return _URI.sub(lambda match: without_credentials(match[0]), text)

    def send(self, message: Mapping[str, Any]) -> None:
        """Queue a line for the process."""
        self._lines.put(frames.encode(message))

    def end(self) -> None:
        """End the process without a word: it holds nothing that is not in the store."""
        self._unwanted = True
        if self._process is not None:
            self._process.kill()
        self._lines.put(None)

    def _live(self) -> None:
        """Start, read answers, and see to the end; the thread's whole life."""
        try:
            self._read(self._start())
        except (OSError, frames.Broken) as error:
            # The name alone: the text could quote what the store holds.
            logging.getLogger(__name__).warning("a store's process failed: %s", type(error).__name__)
        finally:
            self.end()
            if self._process is not None:
                self._process.wait()
            self._tell(self._ended, self)

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder,
        )
        if self._unwanted:  # since before it was there to be killed
            self._process.kill()
        return self._process

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            return
        for target, stream in ((self._write, process.stdin), (self._drain, process.stderr)):
            threading.Thread(target=target, args=[stream], name="nbtrack-store-pipe", daemon=True).start()
        with process.stdout as stream:
            while (frame := frames.read(stream)) is not None:
                self._tell(self._answered, self, *frame)

    def _write(self, stream: IO[bytes]) -> None:
        """Write what is queued. The pipe's end is the process's sign to end."""
        with contextlib.suppress(OSError), stream:
            while (line := self._lines.get()) is not None:
                stream.write(line)
                stream.flush()

    def _drain(self, stream: IO[bytes]) -> None:
        """Keep the pipe from filling up, which would stop the process."""
        with contextlib.suppress(OSError), stream:
            while line := stream.readline(_LONGEST_LINE):
                self._log.append(line.decode("utf-8", "replace"))

    def _tell(self, what: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server is gone
            self._loop.call_soon_threadsafe(what, *args)
