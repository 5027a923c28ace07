"""A cell's runs: which run a call belongs to, when a further one begins, and how each ends.

Nothing is started ahead. MLflow and its autologging ask the store for runs; `Runs` decides whether such a
wish is a new run of the running cell, a return to the one that it has, or none of nbtrack's business.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.kernel import seams
from nbtrack.kernel.cells import Cell, CellRun, Whose
from nbtrack.kernel.origin import Origin, is_fluent_param, is_users_end, of_creation
from nbtrack.outcome import exception_tags, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbtrack.kernel.context import Context

FITS = frozenset({"fit", "fit_generator", "fit_predict", "fit_transform", "train"})


class Runs:
    """Knows every run that this process has made, and the cell of each.

    Parameters
    ----------
    whose
        Finds the cell of the calling code.
    context
        Writes the tags of a run.
    on_created
        Called after a run was made, with its cell (None outside any) and itself.
    """

    def __init__(
        self, whose: Whose, context: Context, on_created: Callable[[Cell | None, CellRun], None]
    ) -> None:
        self.whose = whose
        self._context = context
        self._on_created = on_created
        self.known: dict[str, tuple[Cell | None, CellRun]] = {}
        self.latest: dict[str, str] = {}
        self._fit_session: object = None
        self._fit_lock = threading.Lock()

    def open_runs(self) -> list[CellRun]:
        """Return the runs made here that have not ended."""
        return [run for _, run in list(self.known.values()) if run.open]

    # -- making runs -------------------------------------------------------------------------------

    def plan(self) -> tuple[Origin, Cell | None]:
        """Say who asks for a run and for which cell. Call it in the thread that asks."""
        cell = self.whose.mine()
        if cell is not None and not cell.tracked:
            return Origin.UNTRACKED, None
        return of_creation(), cell

    def returning(self, origin: Origin, cell: Cell | None) -> CellRun | None:
        """Return the run that a wish for a new one goes back to, if it does."""
        if cell is None or origin not in (Origin.IMPLICIT, Origin.AUTOLOG):
            return None
        current = cell.current
        if current is None or current.ended_by_user:
            return None
        if origin is Origin.AUTOLOG:
            if current.has_fit:
                return None
            current.has_fit = True
        return current

    def parent_for(self, origin: Origin, cell: Cell | None, given: dict[str, str]) -> bool:
        """Tell whether a new run is one of several of its cell, which then needs a parent."""
        return (
            cell is not None
            and origin in (Origin.IMPLICIT, Origin.AUTOLOG, Origin.TRACKED)
            and tags.PARENT_RUN_ID not in given
            and cell.current is not None
        )

    def created(self, store: Any, run: Any, origin: Origin, cell: Cell | None) -> CellRun:
        """Take note of a run that a store has just made."""
        made = CellRun(
            run_id=run.info.run_id,
            store=store,
            origin=origin,
            experiment_id=run.info.experiment_id,
            name=run.info.run_name or "",
            started=run.info.start_time,
            parent_id=run.data.tags.get(tags.PARENT_RUN_ID),
            has_fit=origin is Origin.AUTOLOG,
        )
        self.known[made.run_id] = (cell, made)
        if cell is not None:
            cell.runs.append(made)
            if cell.parent is None and made.is_cells:
                self.latest[cell.identity] = made.run_id
        self._on_created(cell, made)
        return made

    def created_parent(self, store: Any, run: Any, cell: Cell) -> CellRun:
        """Take note of the run that stands for a cell with several."""
        info = run.info
        parent = CellRun(info.run_id, store, Origin.IMPLICIT, info.experiment_id, info.run_name or "")
        cell.parent = parent
        self.known[parent.run_id] = (cell, parent)
        self.latest[cell.identity] = parent.run_id
        self._on_created(cell, parent)
        return parent

    def tags_for(self, origin: Origin, cell: Cell | None) -> dict[str, str]:
        """Return the tags of a new run of `cell`."""
        written = self._context.tags(cell)
        if cell is not None and origin not in (Origin.SEARCH, Origin.CLIENT):
            if not cell.runs:
                cell.before = self.latest.get(cell.identity)
            stands_for_cell = not cell.runs or (cell.parent is None and cell.current is not None)
            if cell.before is not None and stands_for_cell:
                written[tags.PREVIOUS_RUN] = cell.before
        return written

    def parent_name(self, cell: Cell) -> str:
        """Return the name of the run that stands for a cell: its notebook and number."""
        path = self._context.notebook()
        stem = path.rsplit("/", 1)[-1].removesuffix(".ipynb") if path else "cell"
        return f"{stem} [{cell.execution_count}]"

    # -- what goes into them -----------------------------------------------------------------------

    def clashes(self, run_id: str, params: Iterable[Any]) -> bool:
        """Tell whether logging `params` to `run_id` must open a further run of its cell.

        So it is when the user logs a param again with another value in a run that is the cell's: a loop
        over settings. In a run that the user started, MLflow refuses it, as documented.
        """
        cell, run = self.known.get(run_id, (None, None))
        if cell is None or run is None or not run.is_cells or cell.closed or run is not cell.current:
            return False
        given = {param.key: str(param.value) for param in params}
        if any(run.params.get(key, value) != value for key, value in given.items()):
            return is_fluent_param()
        run.params.update(given)
        return False

    def logged(self, run_id: str) -> None:
        """Keep a task that outlives its cell from leaving its run active for the next one."""
        cell, run = self.known.get(run_id, (None, None))
        if cell is not None and cell.closed and run is not None and run.is_cells:
            seams.take_off_stacks(run_id)

    def fit_begins(self, session: object, function: str) -> None:
        """Give a further fit of the cell its own run. Called before MLflow looks for an active one."""
        if function not in FITS:
            return
        with self._fit_lock:
            if session is self._fit_session:
                return  # a fit inside a fit
            self._fit_session = session
        stack = seams.my_stack()
        if not stack:
            return
        cell, run = self.known.get(stack[-1].info.run_id, (None, None))
        if cell is None or run is None or not run.is_cells or run is not cell.current:
            return
        if not run.has_fit:
            run.has_fit = True
            return
        seams.take_off_stacks(run.run_id)
        self.end(run, "FINISHED")

    # -- ending them -------------------------------------------------------------------------------

    def ending(self, run_id: str, status: str | None) -> tuple[str | None, dict[str, str]]:
        """Note a change of status by MLflow or the user; return the status to store and tags to add.

        MLflow calls an interrupted run FAILED. It is told apart by the exception that is passing through
        the calling code.
        """
        _, run = self.known.get(run_id, (None, None))
        if run is None or status is None:
            return status, {}
        extra: dict[str, str] = {}
        passing = sys.exc_info()[1]
        if status == "FAILED" and passing is not None:
            status, extra = status_of(passing), exception_tags(passing)
        run.status = status
        if not run.open and is_users_end():
            run.ended_by_user = True
        return status, extra

    def end(self, run: CellRun, status: str, extra: dict[str, str] | None = None) -> None:
        """Store a run's end now."""
        from mlflow.entities import RunStatus, RunTag
        from mlflow.utils.time import get_current_time_millis

        run.status = status
        for key, value in (extra or {}).items():
            run.store.set_tag(run.run_id, RunTag(key, value))
        run.store.update_run_info(run.run_id, RunStatus.from_string(status), get_current_time_millis(), None)
        seams.stop_system_metrics(run.run_id)

    def release(self, cell: Cell) -> None:
        """Make the cell's runs inactive in every thread, or the next cell would log into them."""
        cell.closed = True
        own = [*cell.own_runs, *([cell.parent] if cell.parent else [])]
        for run in own:
            seams.take_off_stacks(run.run_id)
        if own:
            seams.note_last_run(cell.own_runs[-1].run_id)

    def finish(self, cell: Cell) -> None:
        """Store how the cell's runs ended. Off the cell's path: a dead server may take its time."""
        status, why = status_of(cell.error), exception_tags(cell.error)
        for logger in cell.loggers:
            if logger.data:
                logger.flush()  # MLflow drops what it has buffered when a fit is interrupted
        for run in cell.runs:
            ours = run.is_cells or run.origin is Origin.SEARCH or _is_unreachable(run)
            failed = run is cell.current and cell.error and not run.ended_by_user and run.status != status
            if (run.open and ours) or failed:
                self.end(run, status, why)
        if cell.parent is not None:
            self.end(cell.parent, status, why)
        # Known runs keep their cell; its traceback would keep the user's data alive.
        cell.error = None
        cell.loggers.clear()


def _is_unreachable(run: CellRun) -> bool:
    """Tell whether a run of the user's was made, but an interrupt came before it became active."""
    return run.origin is Origin.USER and not any(
        active.info.run_id == run.run_id for stack in seams.stacks().values() for active in stack
    )
