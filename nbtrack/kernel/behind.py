"""Work that a cell does not wait for: ending runs, capturing what ran."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
_local = threading.local()


def here() -> bool:
    """Tell whether the calling code is such work, which nobody waits for."""
    return getattr(_local, "behind", False)


class Behind:
    """One daemon thread with a queue.

    Parameters
    ----------
    name
        The thread's.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def put(self, work: Callable[[], object]) -> threading.Event:
        """Queue `work`; the event returned is set when it is over, well or not."""
        over = threading.Event()

        def run() -> None:
            try:
                work()
            except Exception:  # noqa: BLE001 - nobody waits for it: the log is the only place to tell
                _log.debug("nbtrack's background work failed", exc_info=True)
            finally:
                over.set()

        self.start()
        self._queue.put(run)
        return over

    def start(self) -> None:
        """Start the thread if there is none."""
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                thread.start()
                self._thread = thread

    def drain(self, seconds: float) -> bool:
        """Wait until what is queued is done, at most `seconds`; return whether it is."""
        if self._thread is None:
            return True
        return self.put(lambda: None).wait(seconds)

    def stop(self, seconds: float) -> None:
        """Drain, then end the thread."""
        deadline = time.monotonic() + seconds
        self.drain(seconds)
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join(max(0.0, deadline - time.monotonic()))

    def _serve(self) -> None:
        _local.behind = True
        while (work := self._queue.get()) is not None:
            work()
