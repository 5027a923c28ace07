"""A card: everything that one execution of a cell has logged so far, bounded whatever it was.

Only the thread that draws touches a card, so nothing here is locked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nbtrack.series import Series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlflow.entities import Metric

# A loop over thousands of settings is drawn by its first runs; the others are counted.
MOST_RUNS = 40
# Series that are kept, and points of all of them, so that a key per batch can't fill the memory.
MOST_SERIES = 2_000
MOST_POINTS = 40_000
# What says how many epochs or rounds there will be, and so how far a run is.
_LENGTHS = {"epochs": "epochs", "max_epochs": "epochs", "num_boost_round": "rounds", "n_estimators": "rounds"}


@dataclass(slots=True)
class CardRun:
    """A run on a card."""

    run_id: str
    experiment_id: str
    name: str
    number: int
    params: dict[str, str] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    top_step: int = 0
    # Steps, times and values of each key. Bare numbers: objects that wait are work for the garbage collector.
    logged: dict[str, tuple[list[float], list[float], list[float]]] = field(default_factory=dict)


@dataclass(slots=True)
class Progress:
    """How far a loop is; `total` is None where its length is not known.

    `inferred` tells what was read off a run's params and steps from what the user's own loop said.
    """

    done: int
    total: int | None
    unit: str
    inferred: bool = False


@dataclass(slots=True, eq=False)
class Card:
    """What one execution of a cell has logged.

    Parameters
    ----------
    key
        Unique in all kernels; also the id of the display.
    cell_id
        The notebook's id for the cell; None where the front end sends none.
    started
        Milliseconds since the epoch.
    previous
        The card of the same cell's execution before, drawn faint behind this one.
    title, titled
        Name and id of the run that stands for the card.
    """

    key: str
    cell_id: str | None
    started: int
    previous: Card | None = None
    status: str = "RUNNING"
    ended: int | None = None
    title: str = ""
    titled: str | None = None
    captured: str = ""
    runs: dict[str, CardRun] = field(default_factory=dict)
    runs_made: int = 0
    progress: Progress | None = None
    changes: int = 0
    frames: int = 0
    series: int = 0

    @property
    def visible(self) -> bool:
        """Whether there is anything to show."""
        return self.progress is not None or any(run.series or run.logged for run in self.runs.values())

    def add_run(self, run_id: str, experiment_id: str, name: str) -> CardRun | None:
        """Return the card's run of that id, made if there is room; None if there is not."""
        run = self.runs.get(run_id)
        if run is None:
            self.runs_made += 1
            if len(self.runs) >= MOST_RUNS:
                return None
            run = self.runs[run_id] = CardRun(run_id, experiment_id, name, self.runs_made)
            if not self.title:
                self.title, self.titled = name, run_id
        return run

    def add_metrics(self, run: CardRun, metrics: Sequence[Metric]) -> None:
        """Take what was logged to `run` in one call."""
        for metric in metrics:
            self.add_point(run, metric.key, metric.value, metric.timestamp, metric.step)

    def add_point(self, run: CardRun, key: str, value: float, timestamp: int, step: int) -> None:
        """Take a point of `run`; `fold` brings it into its series."""
        column = run.logged.get(key)
        if column is None:
            column = run.logged[key] = ([], [], [])
        column[0].append(step)
        column[1].append(timestamp)
        column[2].append(value)
        self.changes += 1

    def fold(self) -> None:
        """Bring what was logged since the last time into the series: once a frame, since each time costs."""
        for run in self.runs.values():
            if run.logged:
                self._fold(run)

    def _fold(self, run: CardRun) -> None:
        logged, run.logged = run.logged, {}
        for key, (steps, times, values) in logged.items():
            series = run.series.get(key)
            if series is None:
                if self.series >= MOST_SERIES:
                    continue
                series = run.series[key] = Series()
                self._make_room()
            series.add(steps, times, values)
            run.top_step = max(run.top_step, int(max(steps)))
        self._infer_progress(run)

    def add_params(self, run: CardRun, params: Mapping[str, str]) -> None:
        """Note params: they tell the runs of a loop apart."""
        run.params.update(params)

    def end(self, status: str, now: int) -> None:
        """Say how the cell ended, and when, in milliseconds since the epoch."""
        self.status, self.ended = status, now
        self.changes += 1

    def _make_room(self) -> None:
        """Keep fewer points of each series when there are twice as many."""
        self.series += 1
        if self.series & (self.series - 1) == 0:
            for run in self.runs.values():
                for series in run.series.values():
                    series.limit(MOST_POINTS // self.series)

    def _infer_progress(self, run: CardRun) -> None:
        """Take the length of a training from the params that autologging writes."""
        if self.progress is not None and not self.progress.inferred:
            return  # the user's own loop says more
        named = next((key for key in _LENGTHS if run.params.get(key, "").isdigit()), None)
        if named is not None and run.top_step:
            total = int(run.params[named])
            self.progress = Progress(min(run.top_step + 1, total), total, _LENGTHS[named], inferred=True)

    def sequence(self) -> int:
        """Return the next number of a frame."""
        self.frames += 1
        return self.frames
