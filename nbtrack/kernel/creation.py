"""How a store makes a cell's runs: the first, a return to it, and the children of a cell with several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.kernel import seams
from nbtrack.kernel.births import with_tags
from nbtrack.kernel.origin import Origin
from nbtrack.kernel.sqlthread import SQL

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.births import Births
    from nbtrack.kernel.cells import Cell, CellRun
    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.runs import Runs


class Creation:
    """Answers a store's `create_run`.

    Parameters
    ----------
    runs
        Decides what a wish for a run means.
    guard
        Keeps a fault of that decision from the user: the run is then made as MLflow alone would.
    births
        Has stores make them.
    on_refusal
        Called with the exception when the store makes no run for a fit, of which MLflow says nothing.
    """

    def __init__(
        self,
        runs: Runs,
        guard: Guard,
        births: Births,
        on_refusal: Callable[[Exception], None],
    ) -> None:
        self._runs = runs
        self._births = births
        self._on_refusal = on_refusal
        self._plan = guard(runs.plan, (Origin.CLIENT, None))
        self._returning = guard(runs.returning, None)
        self._tags = guard(runs.tags_for, {})
        self._created = guard(runs.created, None)

    def create(self, store: Any, asked: dict[str, Any]) -> Any:
        """Make the run asked for, or return the one that the cell has."""
        origin, cell = self._plan()
        try:
            return _in_one_piece(store, lambda: self._create(store, asked, origin, cell))
        except Exception as error:
            if origin is Origin.AUTOLOG:
                self._on_refusal(error)
            raise

    def _create(self, store: Any, asked: dict[str, Any], origin: Origin, cell: Cell | None) -> Any:
        if origin is Origin.UNTRACKED:
            return self._births.make(store, asked, tracked=False)
        if cell is None:
            return self._make(store, asked, origin, None)
        with cell.lock:
            back = self._returning(origin, cell)
            if back is not None and back.store is store:
                return self._reopened(cell, back)
            if self._runs.parent_for(origin, cell, {tag.key: tag.value for tag in asked["tags"]}):
                asked = self._as_child(store, asked, cell)
            return self._make(store, asked, origin, cell)

    def _make(self, store: Any, asked: dict[str, Any], origin: Origin, cell: Cell | None) -> Any:
        run = self._births.make(store, with_tags(asked, self._tags(origin, cell)))
        self._created(store, run, origin, cell)
        return run

    def further(self, store: Any, run_id: str) -> str:
        """Open a further run of the cell in place of `run_id`, make it the active one, return its id."""
        run = self.another(store, run_id)
        seams.swap_on_stacks(run_id, run)
        self._runs.end(self._runs.known[run_id][1], "FINISHED")
        new_id: str = run.info.run_id
        return new_id

    def another(self, store: Any, run_id: str) -> Any:
        """Open a further run of the cell that `run_id` belongs to, beside it."""
        from mlflow.utils.time import get_current_time_millis

        cell, old = self._runs.known[run_id]
        asked = {
            "experiment_id": old.experiment_id,
            "user_id": "",
            "start_time": get_current_time_millis(),
            "tags": [],
            "run_name": None,
        }

        def work() -> Any:
            if cell is None:
                raise LookupError(run_id)
            with cell.lock:
                return self._make(store, self._as_child(store, asked, cell), Origin.IMPLICIT, cell)

        return _in_one_piece(store, work)

    def _as_child(self, store: Any, asked: dict[str, Any], cell: Cell) -> dict[str, Any]:
        """Make sure that the cell has a parent run, and return the wish for a run under it."""
        first = cell.own_runs[0]
        parent = cell.parent or self._make_parent(store, asked, cell, first)
        extra = {tags.PARENT_RUN_ID: parent.run_id}
        name = asked["run_name"]
        if cell.name and not name:
            name = extra[tags.RUN_NAME] = f"{cell.name} {len(cell.own_runs) + 1}"
        # Children stay in the first one's experiment: MLflow shows a tree only within one.
        return with_tags({**asked, "experiment_id": first.experiment_id, "run_name": name}, extra)

    def _make_parent(self, store: Any, asked: dict[str, Any], cell: Cell, first: CellRun) -> CellRun:
        from mlflow.entities import Param, RunTag

        name = cell.name or self._runs.parent_name(cell)
        written = self._tags(Origin.IMPLICIT, cell) | {tags.CELL_ROLE: "parent", tags.RUN_NAME: name}
        wish = {**asked, "experiment_id": first.experiment_id, "run_name": name, "tags": []}
        wish["start_time"] = first.started or asked["start_time"]
        run = self._births.make(store, with_tags(wish, written))
        parent = self._runs.created_parent(store, run, cell)
        if cell.params:
            store.log_batch(
                run.info.run_id, [], [Param(key, value) for key, value in cell.params.items()], []
            )
        store.set_tag(first.run_id, RunTag(tags.PARENT_RUN_ID, parent.run_id))
        first.parent_id = parent.run_id
        if cell.name:
            store.set_tag(first.run_id, RunTag(tags.RUN_NAME, f"{cell.name} 1"))
        return parent

    def _reopened(self, cell: Cell, back: CellRun) -> Any:
        from mlflow.entities import RunStatus

        # A task that outlived its cell still logs to its run, which stays as the cell ended it.
        if not back.open and not cell.closed:
            back.store.update_run_info(back.run_id, RunStatus.RUNNING, None, None)
            back.status = "RUNNING"
        return self._births.again(back.store, back.run_id)


def _in_one_piece(store: Any, work: Callable[[], Any]) -> Any:
    """Run `work` where an interrupt of the caller can't leave a run behind that nobody knows of."""
    return SQL.call(work) if store.nbtrack_sql else work()
