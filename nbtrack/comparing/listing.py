"""List runs: what `%track_runs` is a face of."""

from __future__ import annotations

import contextlib
import shlex
import time
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.comparing import output, places, words
from nbtrack.comparing.beside import Beside
from nbtrack.comparing.screen import Shot, Shown
from nbtrack.comparing.source import Source
from nbtrack.errors import Invalid, NbtrackError
from nbtrack.store.together import merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.comparing.places import Place

    Json = dict[str, Any]

MOST = 10_000
_PART = 1000  # runs that the store's call `compare` takes
_TOLD = 1000  # ids that are written into the notebook; our screen lists the runs by itself


def runs(
    filter: str = "",  # noqa: A002 - MLflow's word
    *,
    notebook: str | Literal[True] | None = None,
    experiment: str | None = None,
    cell: str | Sequence[str] | None = None,
    order_by: str | None = None,
    max_results: int = 1000,
    store: str | None = None,
) -> Runs:
    """List runs, newest first.

    Parameters
    ----------
    filter
        In MLflow's language, such as `metrics.val_loss < 0.5 AND params.lr = '0.1'`.
    notebook
        Path of a notebook, or True for this one: its runs in all experiments.
    experiment
        Name of the experiment; the one in use if None, and neither a notebook nor a cell is named.
    cell
        Id of a cell, or several: their runs.
    order_by
        In MLflow's language, such as `metrics.val_loss ASC`.
    max_results
        1 to 10,000.
    store
        Name of a store in `[tool.nbtrack.stores]`, tracking URI, or path that ends in `.db`; the one in use
        if None.

    Returns
    -------
    Runs
        A notebook shows it as a table. Columns, order and pins that are chosen there are kept with the
        experiment, as the sidebar's; `order_by` comes before the order. Where the runs are of several
        experiments, the page keeps them until it is closed.

    Raises
    ------
    NotFound
        If there is no such experiment.
    Invalid
        If the filter, the order or another argument can't be used.
    StoreUnavailable
        If the store can't be read.

    Examples
    --------
    >>> nbtrack.runs("metrics.val_loss < 0.5", order_by="metrics.val_loss ASC").frame
    """
    if not 1 <= max_results <= MOST:
        raise Invalid(f"max_results={max_results}.", hint=f"Ask for 1 to {MOST:,}.")
    source = Source.current() if store is None else Source.called(store)
    place = _place(source, notebook, experiment, cell)
    return Runs(source, place, filter=filter, order_by=order_by, max_results=max_results)


class Runs(Shown):
    """A list of runs; see `runs`. The last line of a cell shows it.

    Attributes
    ----------
    selected
        Ids of the runs that are selected on the page; `.observe(function, "selected")` hears of changes.
    """

    def __init__(
        self,
        source: Source,
        place: Place,
        *,
        filter: str,  # noqa: A002 - MLflow's word
        order_by: str | None,
        max_results: int,
    ) -> None:
        super().__init__(source)
        self._place = place
        self._filter, self._order_by, self._most = filter, order_by, max_results
        self._ids: list[str] = []
        self._list()

    def __repr__(self) -> str:
        return words.text(self._head(), self._first_ones(), 0, None)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def run_ids(self) -> list[str]:
        """Ids of the runs, in order, as of when they were listed."""
        return list(self._ids)

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each run: `run_id`, `name`, `status`, times, `params.x`, `metrics.y`, `tags.z`."""
        return self._beside(self._ids).frame()

    def shot(self) -> Shot:
        """Return what is to be shown now: the runs are listed anew."""
        self._list()
        beside = self._first_ones()
        payload = {
            "version": output.VERSION,
            "kind": "runs",
            "key": self.key,
            "store": self.source.digest,
            "elsewhere": {},
            "run_ids": self._ids[:_TOLD],
            "baseline": None,
            "metric": beside.metric(),
            "sections": [],
            "query": {
                **self._place.query(),
                "filter": self._filter,
                "order_by": self._order_by,
                "max": self._most,
            },
            "said": self._line(),
            "snapshot": {"at": int(time.time() * 1000), "compare": beside.compared, "histories": []},
        }
        head = self._head()
        # A list has no picture: where nobody draws, the table is what one wants to see.
        table = words.listed(head, beside, len(self), beside.metric())
        return Shot(payload, words.text(head, beside, 0, None), table, None)

    def holds(self, run_ids: list[str]) -> bool:
        """Tell whether all these runs are among those shown; the page lists new ones by itself."""
        if not super().holds(run_ids):
            with contextlib.suppress(NbtrackError):
                self._list()
        return super().holds(run_ids)

    def _list(self) -> None:
        wanted = {"filter": self._filter, "order_by": self._order_by}
        rows = places.rows(self.source, self._place, self._most, **wanted)
        self._ids = [row["run_id"] for row in rows]

    def _first_ones(self) -> Beside:
        return self._beside(self._ids[: output.RUNS])

    def _beside(self, run_ids: list[str]) -> Beside:
        """Return what some runs have; those deleted meanwhile for good are left out."""
        parts = [run_ids[at : at + _PART] for at in range(0, len(run_ids), _PART)]
        compared = merged([self.source.ask("compare", run_ids=part) for part in parts])
        return Beside(compared, lambda run_id: self.source.ask("run", run_id=run_id))

    def _head(self) -> str:
        which = f"in {self._place.words}"
        return words.summary(self._first_ones(), len(self), which, self.source.name)

    def _line(self) -> str:
        line = ["%track_runs", *([self._filter] if self._filter else [])]
        place = self._place
        if place.cell_ids is not None:
            line += ["--cell"]
        elif place.notebook is not None:
            line += ["--notebook"]
        elif place.name is not None:
            line += ["--experiment", place.name]
        line += ["--order-by", self._order_by] if self._order_by else []
        line += ["--max", str(self._most)] if self._most != _PART else []
        line += ["--store", self.source.word] if self.source.uri != Source.current().uri else []
        return shlex.join(line)


def _place(
    source: Source,
    notebook: str | Literal[True] | None,
    experiment: str | None,
    cell: str | Sequence[str] | None,
) -> Place:
    named = [
        word for word, value in (("notebook", notebook), ("experiment", experiment), ("cell", cell)) if value
    ]
    if len(named) > 1:
        raise Invalid(f"{' and '.join(named)} were named.", hint="Name one of them.")
    if cell:
        return places.of_cells([cell] if isinstance(cell, str) else list(cell))
    return places.of_notebook(notebook) if notebook else places.of_experiment(source, experiment)
