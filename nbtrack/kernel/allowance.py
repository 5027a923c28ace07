"""How long one cell may wait for a store that is away, with all that it asks of it."""

from __future__ import annotations

CELL_SECONDS = 2.0


class Allowance:
    """The seconds that the running cell has left to wait."""

    def __init__(self) -> None:
        self.left = CELL_SECONDS

    def begin(self, seconds: float = CELL_SECONDS) -> None:
        """Give the next cell its own."""
        self.left = seconds

    def spend(self, seconds: float) -> None:
        """Take off what was waited."""
        self.left = max(0.0, self.left - seconds)
