"""What happens when a cell begins and when it ends."""

from __future__ import annotations

import contextlib
import itertools
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.kernel import autolog, seams
from nbtrack.kernel.cells import Cell, live_of, opted_out
from nbtrack.kernel.harmless import is_harmless
from nbtrack.outcome import status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult

    from nbtrack.kernel.autolog import Autolog
    from nbtrack.kernel.behind import Behind
    from nbtrack.kernel.runs import Runs
    from nbtrack.kernel.warmup import Warmup
    from nbtrack.tracking import TrackedRun

# How long the end of a cell waits for its runs' status to be stored.
CELL_END_SECONDS = 2.0


class Execution:
    """Follows the kernel from cell to cell.

    Parameters
    ----------
    kernel_id
        First part of every execution's key.
    history
        IPython's list of the sources executed so far, by execution number.
    metadata
        Returns what the front end says of the cell that runs; {} where it says nothing.
    between
        Called between two cells, when MLflow is there.
    settle
        Waits a moment for the store to have what the cell logged.
    ended
        Called with a cell that has ended and its status, before its key is forgotten.
    """

    def __init__(
        self,
        kernel_id: str,
        history: Sequence[str],
        metadata: Callable[[], dict[str, Any]],
        runs: Runs,
        autologging: Autolog,
        behind: Behind,
        warmup: Warmup,
        between: Callable[[], None],
        settle: Callable[[], object],
        ended: Callable[[Cell, str], None],
    ) -> None:
        self._kernel_id = kernel_id
        self._history = history
        self._metadata = metadata
        self._runs = runs
        self._autolog = autologging
        self._behind = behind
        self._warmup = warmup
        self._between = between
        self._settle = settle
        self._ended = ended
        # A restarted kernel keeps its id, and a reloaded extension the kernel.
        self._load = secrets.token_hex(3)
        self._numbers = itertools.count(1)
        self._cell: Cell | None = None
        self._depth = 0
        self._pause = contextlib.ExitStack()
        self.on = True

    def pre_run_cell(self, info: ExecutionInfo) -> None:
        """Note which cell begins. IPython event."""
        if info.silent:
            return
        if self._cell is not None:
            self._depth += 1  # %%capture and %run execute cells inside the cell
            return
        # Not `info.cell_meta`, which the oldest IPython that pyproject.toml admits has not.
        # The source is not in the history yet. IPython itself counts on at different moments by version.
        self.begin(info.raw_cell or "", info.cell_id, self._metadata(), len(self._history))

    def post_run_cell(self, result: ExecutionResult | None) -> None:
        """End what the cell opened. IPython event."""
        if self._cell is None:
            return
        error: BaseException | None = None
        if result is not None:
            if result.info is not None and result.info.silent:
                return
            error = result.error_before_exec or result.error_in_exec
        if self._depth:
            self._depth -= 1
            self._cell.error = self._cell.error or error
            return
        self.end(error)

    def begin(self, source: str, cell_id: str | None, meta: dict[str, Any] | None, number: int) -> None:
        """Begin the cell `In [number]`. Waits for MLflow only where the source may need it."""
        key = f"{self._kernel_id}-{self._load}-{next(self._numbers)}"
        tracked = self.on and not opted_out(meta)
        cell = Cell(key, cell_id, source, number, tracked=tracked, live=live_of(meta))
        self._cell = cell
        self._runs.whose.enter(cell)
        needed = not source or not is_harmless(source)  # a script's source may not be known
        if self.on and not self._autolog.armed and needed and self._warmup.wait():
            self._autolog.arm()
        if self._warmup.succeeded:
            self._between()
            self._end_earlier(cell)
            if self.on and not tracked:
                self._pause.enter_context(autolog.paused())

    def end(self, error: BaseException | None = None) -> None:
        """End the cell: its runs become inactive at once, their status is stored behind."""
        cell, self._cell, self._depth = self._cell, None, 0
        self._pause.close()
        if cell is None:
            return
        self._runs.whose.leave(cell)
        cell.error = cell.error or error
        status = status_of(cell.error)  # `finish` lets go of the error
        if cell.runs:
            self._runs.release(cell)
            self._behind.put(lambda: self._runs.finish(cell)).wait(CELL_END_SECONDS)
        self._settle()  # also what this cell logged to a run of an earlier one
        self._ended(cell, status)
        cell.closed = True
        cell.over.set()
        if self._warmup.succeeded:
            self._between()

    def tracked(self, asked: TrackedRun) -> None:
        """Prepare the cell for `nbtrack.track_run(...).start()`."""
        cell = self._cell
        if cell is None:
            return
        cell.name, cell.tags, cell.params = asked.name, dict(asked.tags), dict(asked.params)
        current = cell.current
        if current is not None:
            seams.take_off_stacks(current.run_id)
            if current.open:
                self._runs.end(current, "FINISHED")

    def _end_earlier(self, cell: Cell) -> None:
        """End the run that a bare `start_run()` left open when this cell was last executed.

        A cell that looks at `active_run` itself is left to do as it likes.
        """
        if "start_run" not in cell.source or "active_run" in cell.source:
            return
        for active in list(seams.my_stack()):
            maker, run = self._runs.known.get(active.info.run_id, (None, None))
            if maker is not None and run is not None and maker.identity == cell.identity:
                seams.take_off_stacks(run.run_id)
                work = partial(self._runs.end, run, "FINISHED")
                self._behind.put(work).wait(CELL_END_SECONDS)
