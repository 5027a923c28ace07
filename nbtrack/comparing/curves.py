"""The metrics of compared runs as panels: a line for each run, named and coloured as on a cell's card."""

from __future__ import annotations

import logging
import math
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.direction import lower_is_better
from nbtrack.errors import Invalid, NbtrackError
from nbtrack.grouping import is_system

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.charts import Panel
    from nbtrack.comparing.beside import Beside
    from nbtrack.comparing.source import Source

    Json = dict[str, Any]
    X = Literal["step", "time"]

_log = logging.getLogger(__name__)

RUNS, METRICS = 20, 6
"""Of which a notebook keeps curves, at most."""
_LOOKED_AT = 12  # metrics, until there are enough with more than one point
_ENOUGH = 0.6  # seconds after which no further metric is read
_TITLES = {"step": "step", "order": "in order of arrival", "time": "seconds since the run began"}


def read(source: Source, beside: Beside, metric: str | None, points: int) -> list[Json]:
    """Read the curves that a notebook keeps: `items` as of the store's call `history`, metric by metric.

    Only of metrics with more than one point, the chosen one first, as far as they come quickly.

    Parameters
    ----------
    points
        Of each, about.
    """
    found: list[Json] = []
    drawn, until = 0, monotonic() + _ENOUGH
    for key in _candidates(beside, metric)[:_LOOKED_AT]:
        try:
            items = history(source, beside.run_ids[:RUNS], key, points)
        except NbtrackError:  # very long ones may take too long to read: the rest is worth showing
            _log.debug("could not read the curves of a comparison", exc_info=True)
            break
        if any(item["total"] > 1 for item in items):
            found += items
            drawn += 1
        if drawn == METRICS or monotonic() > until:
            break
    return found


def history(source: Source, run_ids: Sequence[str], metric: str, points: int) -> list[Json]:
    """Read one metric's curves."""
    wanted = {"run_ids": list(run_ids), "keys": [metric], "max_points": points}
    items: list[Json] = source.ask("history", **wanted)["items"]
    return items


def thin(item: Json, most: int) -> Json:
    """Return a curve with about so many of its points: extremes, gaps and both ends stay."""
    import numpy as np

    from nbtrack.thinning import KEPT, kept_of

    points = item["points"]
    size = len(points["step"])
    if size <= most:
        return item
    values = np.array([float(value) for value in points["value"]])
    buckets = np.floor(np.arange(size) * (max(most // KEPT, 1) / size))
    kept = kept_of(buckets, values, edges=True)
    return {**item, "points": {name: [column[at] for at in kept] for name, column in points.items()}}


def panels(beside: Beside, items: Sequence[Json], x: X = "step") -> list[Panel]:
    """Return a panel for each metric, in the order of the items.

    Raises
    ------
    Invalid
        If `x` is neither "step" nor "time".
    """
    if x not in ("step", "time"):
        raise Invalid(f"{x!r} is no axis of curves.", hint="Type `x='step'` or `x='time'`.")
    by_key: dict[str, list[Json]] = {}
    for item in items:
        by_key.setdefault(item["key"], []).append(item)
    labels = _labels(beside)
    return [_panel(beside, key, found, labels, x) for key, found in by_key.items()]


def _candidates(beside: Beside, metric: str | None) -> list[str]:
    table = beside.table("metrics")
    having = {key: sum(value is not None for value in values) for key, values in table.items()}
    return sorted(table, key=lambda key: (key != metric, is_system(key), -having[key]))


def _labels(beside: Beside) -> dict[str, str]:
    from nbtrack.live.card import CardRun
    from nbtrack.live.layout import name_runs

    table = beside.table("params")
    return name_runs(
        [
            CardRun(
                run["run_id"],
                run["experiment_id"],
                run["name"] or run["run_id"][:8],
                place + 1,
                params={key: values[place] for key, values in table.items() if values[place] is not None},
            )
            for place, run in enumerate(beside.runs)
        ]
    )


def _panel(beside: Beside, key: str, items: list[Json], labels: dict[str, str], x: X) -> Panel:
    from nbtrack.charts import Line, Panel, colour, wants_log

    places = {run_id: place for place, run_id in enumerate(beside.run_ids)}
    # Where no step was passed all are 0, and the order is that of arrival.
    axis = x if x == "time" or any(len(set(item["points"]["step"])) > 1 for item in items) else "order"
    lines = []
    for item in items:
        place = places[item["run_id"]]
        points = _points(item["points"], axis, beside.runs[place]["start_time"])
        lines.append(Line(labels[item["run_id"]], colour(place), False, points))  # noqa: FBT003
    finite = list(_finite(items))
    low, high = (min(finite), max(finite)) if finite else (None, None)
    return Panel(key, _TITLES[axis], wants_log(low, high, lower_is_better=lower_is_better(key)), tuple(lines))


def _points(points: Json, axis: str, started: int | None) -> Any:
    import numpy as np

    from nbtrack.thinning import Points, in_order

    # float() reads «NaN» and «Infinity» too; what can't be drawn is a gap.
    values = np.array([float(value) for value in points["value"]])
    values[~np.isfinite(values)] = np.nan
    times = np.array(points["timestamp"], dtype=np.float64)
    if axis == "time":
        x = (times - (times.min() if started is None else started)) / 1000
    else:
        x = np.array(points["step"], dtype=np.float64) if axis == "step" else np.arange(float(times.size))
    return Points(*in_order(x, times, values))


def _finite(items: list[Json]) -> Iterator[float]:
    for item in items:
        yield from (
            value for value in item["points"]["value"] if not isinstance(value, str) and math.isfinite(value)
        )
