"""Points on their way from the thread that logs to the thread that draws."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Stream:
    """Points of a cell's runs that its card does not have yet.

    They lie in one flat row of strings and numbers. Objects that wait would set off the garbage collector
    again and again in a fast loop; it walks through all of MLflow each time, and an interrupt that comes
    while it runs finalizers is lost.
    """

    __slots__ = ("_awaited", "_row")

    def __init__(self) -> None:
        self._row: deque[Any] = deque()
        self._awaited = False

    def put(self, run_id: str, values: Mapping[str, float], timestamp: int, step: int) -> bool:
        """Add a point of each metric; tell whether somebody is to be asked to take them."""
        for key, value in values.items():
            # In one go: other threads log, too.
            self._row.extend((run_id, key, value, timestamp, step))
        if self._awaited:
            return False
        self._awaited = True
        return True

    def taken(self) -> Iterator[tuple[str, str, float, int, int]]:
        """Take out the points: run id, key, value, milliseconds since the epoch, step."""
        # First, so that whoever adds one that is missed below asks anew.
        self._awaited = False
        take = self._row.popleft
        for _ in range(len(self._row) // 5):
            yield take(), take(), take(), take(), take()
