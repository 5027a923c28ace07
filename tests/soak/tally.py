"""What was logged against what is stored, counted."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernel.live import Reply


@dataclass
class Tally:
    """What a scenario has come to so far.

    Attributes
    ----------
    logged
        Points whose call has returned.
    stored
        Points in the store.
    lost
        Logged, and not stored with the value that was logged.
    doubled
        Stored more than once, or stored and never logged.
    faults
        What else is not as it should be.
    """

    logged: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Tell whether everything is stored once, and nothing else was wrong."""
        return not (self.lost or self.doubled or self.faults)

    def count(self, store: Path, run_id: str, logged: int, status: str, *, killed: bool = False) -> None:
        """Count a run whose point at each step is the step's seventh.

        Parameters
        ----------
        logged
            How many calls returned.
        status
            What the run must have ended with.
        killed
            Whether a further call may have been under way, so that its point may be there or not.
        """
        with closing(sqlite3.connect(store, timeout=30)) as reading:
            points = reading.execute(
                "SELECT step, value FROM metrics WHERE run_uuid = ?", (run_id,)
            ).fetchall()
            found = reading.execute("SELECT status FROM runs WHERE run_uuid = ?", (run_id,)).fetchone()
        times = Counter(step for step, _ in points)
        right = {step for step, value in points if value == step / 7}
        self.logged += logged
        self.stored += len(points)
        self.lost += sum(step not in right for step in range(logged))
        self.doubled += len(points) - len(times)
        self.doubled += sum(not 0 <= step < logged + killed for step in times)
        if found != (status,):
            self.faults.append(f"run {run_id} is {found and found[0]}, not {status}")

    def hear(self, name: str, reply: Reply) -> None:
        """Take note of what a cell has shown, if that is a fault: that the store lags behind is none."""
        if reply.status != "ok" or "Traceback" in reply.stderr or "locked" in reply.text:
            self.faults.append(f"{name}: {reply.text.strip()}")

    def line(self, name: str, seconds: float) -> str:
        """Return it as a line to print."""
        counts = (
            f"{self.logged:>9,} logged {self.stored:>9,} stored {self.lost:,} lost {self.doubled:,} doubled"
        )
        mark = "✓" if self.is_well else "✗"
        return "\n    ".join([f"{mark} {name:<32}{counts} {seconds:6.0f} s", *self.faults])
