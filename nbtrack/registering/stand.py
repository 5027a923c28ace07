"""Where a registration stands in a notebook: shown once, then replaced in place, also from other threads."""

from __future__ import annotations

import contextvars
import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any

from nbtrack.live.screen import Screen
from nbtrack.registering import output
from nbtrack.registering.pace import SECONDS, Pace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.registering.progress import Progress

    Json = dict[str, Any]


class Stand:
    """One registration's place.

    Parameters
    ----------
    store
        Digest of the store's URI.
    notes
        What the store can't hold.
    """

    def __init__(self, store: str, notes: Sequence[str] = ()) -> None:
        self.key = uuid.uuid4().hex
        self._store, self._notes = store, tuple(notes)
        self._lock = threading.RLock()
        self._sequence = 0
        self._state: tuple[str, Json] = ("working", {})
        self._screen: Screen | None = None

    @property
    def state(self) -> str:
        """The state that is shown, or will be."""
        return self._state[0]

    @property
    def bundle(self) -> Json:
        """What is to be shown now, by MIME type."""
        state, parts = self._state
        return output.bundle(
            output.payload(self.key, self._store, state, self._sequence, self._notes, **parts)
        )

    def put(self, state: str, **parts: Any) -> None:
        """Go over to another state; what is shown follows."""
        with self._lock:
            self._state = (state, parts)
            self._sequence += 1
            if self._screen is not None:
                self._screen.show(self.bundle, self._metadata)

    def appear(self, shell: Any) -> None:
        """Show it below the cell that runs."""
        self.wait(shell)
        with self._lock:
            if self._waiting is not None:
                self._waiting.show(self.bundle, self._metadata)
                # Without a kernel nothing can be replaced, only printed again.
                self._screen = self._waiting if hasattr(shell, "kernel") else None

    def wait(self, shell: Any) -> None:
        """Take a place below the cell that runs, for what comes later, in whatever thread."""
        parent = shell.get_parent() if hasattr(shell, "get_parent") else None
        self._cell_id = ((parent or {}).get("metadata") or {}).get("cellId")
        # The kernel keeps in the context which cell an output belongs to.
        self._waiting = Screen(shell.display_pub, contextvars.copy_context(), self.key, self._cell_id)

    def come(self) -> None:
        """Show what comes from now on in the place that was taken."""
        self._screen = self._waiting

    def go(self) -> None:
        """Leave nothing that can be seen; what a notebook shows can't be taken back otherwise."""
        with self._lock:
            if self._screen is not None:
                self._screen.show({"text/html": "", "text/plain": ""}, self._metadata)
                self._screen = None

    @property
    def _metadata(self) -> Json:
        return {"nbtrack": {"registration": self.key, "cell_id": self._cell_id}}

    _cell_id: str | None = None
    _waiting: Screen | None = None


class Line:
    """Says below the cell that waits how far it is: after a second, and gone with its end.

    Nothing in a plain Python.

    Parameters
    ----------
    store
        Digest of the store's URI.
    """

    def __init__(self, store: str) -> None:
        self._stand = Stand(store)
        self._pace = Pace(self._show, SECONDS)
        known = sys.modules.get("IPython")
        shell = None if known is None else known.get_ipython()
        self._seen = hasattr(shell, "kernel")
        if self._seen:
            self._stand.wait(shell)

    def __call__(self, progress: Progress) -> None:
        """Take a word."""
        if self._seen:
            self._pace.tell(progress)

    def end(self) -> None:
        """Take it away."""
        self._pace.stop()
        self._stand.go()

    def _show(self, progress: Progress) -> None:
        self._stand.come()
        self._stand.put("working", progress=output.step(progress))
