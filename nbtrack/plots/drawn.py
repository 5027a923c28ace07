"""Charts of compared runs with their data inside, for the user to look at and to restyle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from nbtrack.charts import literal
from nbtrack.plots import definitions, rows
from nbtrack.plots.columns import axes as chosen_axes
from nbtrack.plots.columns import column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from nbtrack.plots.columns import Column

WIDTH, HEIGHT = 560, 300
_LINE = 26  # pixels of a group
_SLANT = -30  # degrees


def scatter(
    compared: Mapping[str, Any], x: str, y: str, color: str | None = None, selected: Collection[str] = ()
) -> alt.LayerChart:
    """Return a dot for each run at two of its params or metrics, coloured by a third."""
    dots = rows.scatter(compared, x, y, color, selected)
    chart = _with(definitions.scatter(), rows=dots)
    _describe(chart, "x", column(compared, x))
    _describe(chart, "y", column(compared, y))
    _colour(chart, None if color is None else column(compared, color), dots)
    return chart


def parallel(
    compared: Mapping[str, Any],
    axes: Sequence[str] | None = None,
    metric: str | None = None,
    color: str | None = None,
    selected: Collection[str] = (),
) -> alt.LayerChart:
    """Return a line for each run across params and metrics; without `axes`, across what differs."""
    names = chosen_axes(compared, metric) if axes is None else list(axes)
    color = color or (names[-1] if names else None)
    lines, ends = rows.parallel(compared, names, color, selected)
    chart = _with(definitions.parallel(), lines=lines, axes=ends)
    _colour(chart, None if color is None else column(compared, color), lines)
    return chart


def box(compared: Mapping[str, Any], metric: str, by: str, selected: Collection[str] = ()) -> alt.LayerChart:
    """Return a metric's quartiles and values for each value of a param."""
    chart = _with(definitions.box(), rows=rows.box(compared, metric, by, selected))
    chart.encoding["x"].title = literal(column(compared, by).title)
    chart.encoding["y"].title = literal(metric)
    return chart


def interval(judged: Mapping[str, Any]) -> alt.LayerChart:
    """Return the means of groups with their intervals: what the store's call `noise` answers."""
    told = rows.interval(judged)
    chart = _with(definitions.interval(), rows=told).properties(height=_LINE * max(len(told), 2))
    chart.encoding["x"].title = literal(judged["metric"])
    return chart


def _with(chart: alt.LayerChart, **data: list[dict[str, Any]]) -> alt.LayerChart:
    filled: alt.LayerChart = chart.properties(width=WIDTH, height=HEIGHT, datasets=data)
    return filled


def _describe(chart: alt.LayerChart, channel: str, what: Column) -> None:
    axis = chart.encoding[channel]
    axis.title, axis.type = literal(what.title), what.kind
    if what.kind == "nominal":
        axis.scale = alt.Scale(domain=list(what.order))  # `sort` would write them into an expression
        axis["axis"]["labelLimit"] = 120  # as an attribute, `axis` is a method of Altair's
        if channel == "x":
            axis["axis"]["labelAngle"] = _SLANT
    elif what.log:
        axis["scale"]["type"] = "log"


def _colour(chart: alt.LayerChart, what: Column | None, drawn: Sequence[Mapping[str, Any]]) -> None:
    color = chart.encoding["color"]
    if what is None or all(row["color"] is None for row in drawn):
        color.legend = None
        return
    color.title, color.type = literal(what.title), what.kind
    if what.kind == "nominal":
        color.scale = alt.Scale(domain=list(what.order))
    elif what.log:
        color.scale = alt.Scale(type="log")
