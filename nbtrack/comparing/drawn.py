"""Charts of a comparison for the user to restyle: nbtrack's own definitions with the data inside."""

from __future__ import annotations

import inspect
import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from nbtrack.comparing import curves
from nbtrack.comparing.dashes import dashed
from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import altair as alt

    from nbtrack.comparing.comparison import Comparison

    Json = dict[str, Any]

_POINTS = 1000  # of a curve


def chart(comparison: Comparison, kind: str, options: Json) -> alt.LayerChart:
    """Return a chart with its data inside; see `Comparison.chart`."""
    make = KINDS.get(kind)
    if make is None:
        raise Invalid(f"{kind!r} is no chart of a comparison.", hint=f"There are {', '.join(KINDS)}.")
    takes = list(inspect.signature(make).parameters)[1:]
    for option in options:
        if option not in takes:
            raise Invalid(
                f"The chart {kind!r} has no option `{option}`.", hint=f"It takes {', '.join(takes)}."
            )
    made: alt.LayerChart = make(comparison, **options)
    return made


def among(key: str, keys: Iterable[str], what: str) -> str:
    """Return a key that is there.

    Raises
    ------
    Invalid
        If it isn't, with what was probably meant.
    """
    there = list(keys)
    if key in there:
        return key
    close = get_close_matches(key, there, 3, 0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(there[:5]) or 'none'}."
    raise Invalid(f"None of these runs has the {what} {key!r}.", hint=hint)


def _curves(comparison: Comparison, metric: str | None = None, x: curves.X = "step") -> alt.LayerChart:
    """Draw a metric of all runs by step or time."""
    import altair as alt

    from nbtrack import charts

    key = comparison.wanted(metric)
    items = curves.history(comparison.source, comparison.run_ids, key, _POINTS)
    panels = curves.panels(comparison.beside, items, x)
    picture = charts.picture(panels, title=key, columns=1, points=_POINTS * len(items))
    spec = dashed(picture, panels)["concat"][0]
    made: alt.LayerChart = alt.LayerChart.from_dict(json.loads(json.dumps(spec)))  # no tuples
    return made


def _scatter(
    comparison: Comparison, x: str | None = None, y: str | None = None, color: str | None = None
) -> alt.LayerChart:
    """Draw a dot for each run."""
    from nbtrack.plots import drawn

    of_x = _axis(comparison) if x is None else _column(comparison, x)
    of_y = f"metrics.{comparison.wanted(None)}" if y is None else _column(comparison, y)
    of_color = None if color is None else _column(comparison, color)
    return drawn.scatter(comparison.beside.compared, of_x, of_y, of_color, comparison.selected)


def _parallel(
    comparison: Comparison,
    axes: Sequence[str] | None = None,
    metric: str | None = None,
    color: str | None = None,
) -> alt.LayerChart:
    """Draw a line for each run across params and metrics."""
    from nbtrack.plots import drawn

    key = comparison.metric if metric is None else comparison.wanted(metric)
    across = None if axes is None else [_column(comparison, axis) for axis in axes]
    of_color = None if color is None else _column(comparison, color)
    return drawn.parallel(comparison.beside.compared, across, key, of_color, comparison.selected)


def _box(comparison: Comparison, metric: str | None = None, by: str | None = None) -> alt.LayerChart:
    """Draw a metric's spread for each value of a param."""
    from nbtrack.plots import drawn

    key = comparison.wanted(metric)
    of_by = _axis(comparison) if by is None else _column(comparison, by)
    return drawn.box(comparison.beside.compared, key, of_by, comparison.selected)


def _interval(
    comparison: Comparison, metric: str | None = None, seeds: list[str] | None = None
) -> alt.LayerChart:
    """Draw the mean of each configuration with its interval."""
    from nbtrack.plots import drawn

    return drawn.interval(comparison.judged(metric, seeds))


def _axis(comparison: Comparison) -> str:
    """Return the param that is looked at where none is named: the first that differs."""
    from nbtrack.plots import columns

    axes = columns.axes(comparison.beside.compared, None)
    if not axes:
        raise Invalid("No param differs between these runs.", hint="Name an axis, such as `metrics.loss`.")
    return axes[0]


def _column(comparison: Comparison, name: str) -> str:
    """Return the full name of a param or a metric: `lr` is `params.lr` if there is one."""
    beside = comparison.beside
    there = [f"{family}.{key}" for family in ("params", "metrics") for key in beside.table(family)]
    for full in (name, f"params.{name}", f"metrics.{name}"):
        if full in there:
            return full
    return among(name, there, "param or metric")


KINDS: dict[str, Callable[..., Any]] = {
    "curves": _curves,
    "scatter": _scatter,
    "parallel": _parallel,
    "box": _box,
    "interval": _interval,
}
