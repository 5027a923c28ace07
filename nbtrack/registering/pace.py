"""Tells of what goes on at a pace that a page can follow: the latest word, once a second.

What takes long without a word is told again: a page can't know otherwise that somebody still works on it.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.registering.progress import Progress

SECONDS = 1.0
_AGAIN = 10.0  # the page begins to wonder after thirty


class Pace:
    """Passes on the latest word, at once or when a second is over.

    Parameters
    ----------
    show
        Called in whatever thread, never twice at once.
    patience
        Seconds before the first word.
    """

    def __init__(self, show: Callable[[Progress], None], patience: float = 0.0) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._due = time.monotonic() + patience
        self._latest: Progress | None = None
        self._said: Progress | None = None
        self._timer: threading.Timer | None = None
        self._over = False

    def tell(self, progress: Progress) -> None:
        """Take a word."""
        with self._lock:
            self._latest = progress
            wait = self._due - time.monotonic()
            if wait <= 0:
                self._pass_on()
            else:
                self._call(wait)

    def stop(self) -> None:
        """Say no more: what comes next is another state."""
        with self._lock:
            self._over = True
            if self._timer is not None:
                self._timer.cancel()

    def _later(self) -> None:
        with self._lock:
            self._latest = self._latest or self._said
            self._pass_on()

    def _pass_on(self) -> None:
        if self._latest is not None and not self._over:
            self._due = time.monotonic() + SECONDS
            self._said, self._latest = self._latest, None
            self._show(self._said)
            self._call(_AGAIN)

    def _call(self, seconds: float) -> None:
        """Pass on what there is then."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._later)
        self._timer.daemon = True
        self._timer.start()
