"""How far the store is behind what was logged, in words for a card."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.journal.state import Sent
    from nbtrack.journal.writer import Journal

# A store that is well is a moment behind; that is not worth a word.
_WORTH_SECONDS = 2.0
_LOOK_SECONDS = 0.5


class Lag:
    """Looks now and then how far the sender is. From one thread.

    Parameters
    ----------
    sent
        Returns how far the store has the journal.
    """

    def __init__(self, sent: Callable[[], Sent]) -> None:
        self._sent = sent
        self._mark: tuple[float, tuple[int, int]] | None = None
        self._looked = 0.0
        self._text = ""

    def text(self, journal: Journal | None) -> str:
        """Return, say, «12 s behind, 3,400 points kept on disk»; "" for a store that keeps up."""
        now = time.monotonic()
        if journal is not None and now - self._looked > _LOOK_SECONDS:
            self._looked = now
            self._text = self._worded(journal, now)
        return self._text

    def _worded(self, journal: Journal, now: float) -> str:
        state, position, records = self._sent(), journal.position, journal.records
        stored = state.segment, state.offset
        if stored >= position:
            self._mark = None
            return ""
        # What was the end of the journal some time ago: once that is stored, the end of now.
        if self._mark is None or stored >= self._mark[1]:
            self._mark = now, position
        age = now - self._mark[0]
        if age < _WORTH_SECONDS:
            return ""
        waiting = max(1, records - state.stored - state.refused)
        return f"{age:,.0f} s behind, {waiting:,} point{'s' if waiting > 1 else ''} kept on disk"
