"""Runs compared: the object that a user works with."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack.comparing import answers, curves, drawn, output, saved, still, words
from nbtrack.comparing.beside import Beside
from nbtrack.comparing.screen import Shot, Shown
from nbtrack.errors import Invalid, NotFound

if TYPE_CHECKING:
    from os import PathLike

    import altair as alt
    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.comparing.source import Source

    Json = dict[str, Any]

_POINTS = 200  # of a curve that a notebook keeps
_FRESH = 1.0  # seconds


class Comparison(Shown):
    """Runs beside each other; see `nbtrack.compare`. The last line of a cell shows it.

    Parameters
    ----------
    said
        The line that makes it again.
    swept
        Whether it is to be said at once which params mattered: these are the runs of a sweep.

    Attributes
    ----------
    baseline
        Id of the run that others are measured by, if one was named.
    metric
        Key of the metric that counts; None where the runs have none.
    selected
        Ids of the runs that are selected on the page; `.observe(function, "selected")` hears of changes.
    """

    def __init__(
        self,
        source: Source,
        run_ids: list[str],
        *,
        baseline: str | None,
        metric: str | None,
        said: str,
        swept: bool = False,
    ) -> None:
        super().__init__(source)
        self._asked_ids = run_ids
        self._read: Beside | None = None
        self._read_at = 0.0
        self.baseline = baseline
        beside = self.beside
        missing = beside.compared["missing"]
        if missing:
            raise NotFound(
                f"There is no run {missing[0][:80]} in {source.name}.",
                hint="If it is of another store, name that too: `also=`, or `--also STORE`.",
            )
        if len(beside) < 2:  # noqa: PLR2004 - nothing to compare
            raise Invalid(
                "One run is no comparison." if len(beside) else "There are no runs to compare.",
                hint="Name another, or type `%track_compare --last 5`.",
            )
        self.metric = beside.metric() if metric is None else self._checked(metric)
        self._said, self._swept = said, swept

    def __repr__(self) -> str:
        return words.text(self.head, self.beside, self.first, self.metric)

    @property
    def beside(self) -> Beside:
        """What the runs have; read again, at most once a second, as long as one of them is running."""
        now = time.monotonic()
        if self._read is None or (self._read.running and now - self._read_at > _FRESH):
            compared = self.source.ask("compare", run_ids=self._asked_ids)
            self._read = Beside(compared, lambda run_id: self.source.ask("run", run_id=run_id))
            self._read_at = now
        return self._read

    @property
    def run_ids(self) -> list[str]:
        """Ids of the runs, in order."""
        return list(self._asked_ids if self._read is None else self._read.run_ids)

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each run: `run_id`, `name`, `status`, times, `params.x`, `metrics.y`, `tags.z`."""
        return self.beside.frame()

    @property
    def differs(self) -> pd.DataFrame:
        """What is not the same: a row for each key, a column for each run, that of the baseline first."""
        return self.beside.differences(self.first)

    def noise(self, metric: str | None = None, *, seeds: list[str] | None = None) -> pd.DataFrame:
        """Return whether differences are noise: a row for each configuration, the baseline's first.

        Runs that share everything but their seed are one configuration.

        Parameters
        ----------
        metric
            The comparison's if None.
        seeds
            Params that are seeds; those with the name of one if None.

        Returns
        -------
        DataFrame
            What differs between configurations, then `n` (seeds), `mean`, `sd`, `low` and `high` (95 % of the
            mean), `difference`, `difference_low` and `difference_high` (to the baseline, 95 %, Welch), `p`,
            `verdict` in words, and `run_ids`.
        """
        return answers.noise(self.judged(metric, seeds))

    def judged(self, metric: str | None = None, seeds: list[str] | None = None) -> Json:
        """Return what the store's call `noise` answers, with the baseline's configuration first."""
        baseline = self.run_ids[self.first]
        run_ids = [baseline, *(run_id for run_id in self.run_ids if run_id != baseline)]
        key = self.wanted(metric)
        judged: Json = self.source.ask("noise", run_ids=run_ids, metric=key, seeds=seeds)
        return judged

    def importance(self, metric: str | None = None) -> pd.DataFrame:
        """Return which params mattered, the one that did most first, with 95 % of repeats.

        Returns
        -------
        DataFrame
            `param`, `importance`, `low`, `high`; `.attrs["score"]` says how much of the metric the params
            explain in runs that were not learnt from (R²).

        Raises
        ------
        Invalid
            If there are too few runs to tell.
        """
        run_ids = self._asked_ids
        return answers.importance(self.source.ask("importance", run_ids=run_ids, metric=self.wanted(metric)))

    def chart(self, kind: str = "curves", **options: Any) -> alt.TopLevelMixin:
        """Return a chart with its data inside, to be restyled.

        Parameters
        ----------
        kind
            "curves" (`metric`, `x="step"` or `"time"`), "scatter" and "parallel" (`axes`), "box" and
            "interval" (`metric`).
        **options
            See `nbtrack.comparing.drawn`; `metric` is the comparison's if it is left out.

        Raises
        ------
        Invalid
            If there is no such chart, or an option can't be used.

        Examples
        --------
        >>> comparison.chart("scatter", x="params.lr", y="metrics.val_loss").properties(width=600)
        """
        return drawn.chart(self, kind, options)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file: `.html` (table and picture), `.svg`, `.png`, or `.csv` (a row a run).

        Raises
        ------
        Invalid
            If the suffix is none of these.
        """
        saved.save(self, path)

    def shot(self) -> Shot:
        """Return what is to be shown now."""
        beside = self.beside
        histories = curves.read(self.source, beside, self.metric, _POINTS)
        payload = {
            "version": output.VERSION,
            "kind": "compare",
            "key": self.key,
            "store": self.source.digest,
            "elsewhere": self.source.elsewhere,
            "run_ids": beside.run_ids,
            "baseline": self.baseline,
            "metric": self.metric,
            "sections": [
                "differs",
                "curves" if histories else "plots",
                "noise",
                *(["importance"] if self._swept else []),
            ],
            "query": None,
            "said": self._said,
            "snapshot": {
                "at": int(time.time() * 1000),
                "compare": output.picked(beside.compared, list(range(len(beside)))[: output.RUNS]),
                "histories": histories,
            },
        }
        head = self.head
        text = words.text(head, beside, self.first, self.metric)
        return Shot(payload, text, words.html(head, beside, self.first), still.picture(self, histories))

    @property
    def first(self) -> int:
        """Place of the run that others are measured by."""
        return self.run_ids.index(self.baseline) if self.baseline in self.run_ids else 0

    @property
    def head(self) -> str:
        """A line that says what is compared."""
        return words.summary(self.beside, len(self.beside), "compared", self.source.name)

    def wanted(self, metric: str | None) -> str:
        """Return a metric that some run has: the comparison's if none is named."""
        key = self.metric if metric is None else self._checked(metric)
        if key is None:
            raise Invalid("These runs have no metric.", hint="Log one by `mlflow.log_metric`.")
        return key

    def _checked(self, metric: str) -> str:
        return drawn.among(metric, self.beside.table("metrics"), "metric")
