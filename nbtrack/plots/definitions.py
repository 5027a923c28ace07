"""How charts of compared runs look, told to Altair; `kept` has them as JSON, which a test holds equal.

The grammar is that of Vega-Lite 5.6, which JupyterLab 4 draws with. Names of params, metrics and runs are
data or titles: no expression has one, and so no mark has a tooltip or a description, which are expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from nbtrack.charts import INK, PALETTE
from nbtrack.definition import panel

if TYPE_CHECKING:
    from collections.abc import Callable

FAINT = 0.15
"""Opacity of what is not selected."""
_PLAIN: dict[str, Any] = {"aria": False, "tooltip": None}
_SELECTED = "datum.selected !== false"
# What a logarithmic axis leaves empty stays so.
_LABEL = (
    "!datum.label || !isNumber(datum.value) ? datum.label : datum.value === 0 ? '0'"
    " : abs(datum.value) < 0.001 || abs(datum.value) >= 100000 ? format(datum.value, '.2~e') : datum.label"
)
_TITLE, _HIGH, _LOW = (
    1.15,
    1.05,
    -0.05,
)  # where the texts of a parallel axis are, between 0 and 1 being values
_WIDEST = 86  # pixels of such a text
_GROUP = 150  # pixels of a group's name
_RANGE = {"category": [*PALETTE], "ramp": {"scheme": "viridis", "extent": [0, 0.92]}}


def scatter() -> alt.LayerChart:
    """Return a dot for each run; where it has no value for the colour, a grey one behind the others."""
    size = 70
    grey = alt.Chart().mark_circle(size=size, **_PLAIN).encode(color=alt.value(INK))
    dots = alt.Chart(name="dots").mark_circle(size=size, **_PLAIN)
    return _layered(
        grey.transform_filter("!isValid(datum.color)"),
        dots.transform_filter("isValid(datum.color)").add_params(_brush()),
        data=alt.NamedData("rows"),
        encoding={
            "x": alt.X("x:Q", title=None, scale=alt.Scale(zero=False), axis=_axis()),
            "y": alt.Y("y:Q", title=None, scale=alt.Scale(zero=False), axis=_axis()),
            "color": _color(),
            "opacity": _opacity(0.85),
        },
    )


def parallel() -> alt.LayerChart:
    """Return a line for each run across parallel axes; it has a gap where the run has no value.

    A value between two gaps is a dot. Dots everywhere would be thousands, which a brush would feel.
    """
    lines = alt.Chart(alt.NamedData("lines"))
    axes = alt.Chart(alt.NamedData("axes"))
    text: dict[str, Any] = {"limit": _WIDEST, **_PLAIN}
    own = {"color": alt.value(INK), "opacity": alt.value(1)}  # not what runs have
    grey, coloured = "!isValid(datum.color)", "isValid(datum.color)"
    one_each = alt.Detail("run_id:N")
    named = alt.Chart(alt.NamedData("lines"), name="lines")

    def at(position: float) -> alt.Chart:
        return axes.transform_calculate(position=str(position))

    return _layered(
        axes.transform_calculate(position="0", end="1").mark_rule(**_PLAIN).encode(y2="end:Q", **own),
        lines.mark_line(strokeWidth=1.25, **_PLAIN)
        .transform_filter(grey)
        .encode(one_each, color=alt.value(INK)),
        lines.mark_circle(size=14, **_PLAIN)
        .transform_filter(f"datum.alone && {grey}")
        .encode(color=alt.value(INK)),
        named.mark_line(strokeWidth=1.25, **_PLAIN)
        .transform_filter(coloured)
        .encode(one_each)
        .add_params(_brush()),
        lines.mark_circle(size=14, **_PLAIN).transform_filter(f"datum.alone && {coloured}"),
        at(_TITLE).mark_text(fontWeight="bold", **text).encode(text="axis_title:N", **own),
        at(_HIGH).mark_text(**text).encode(text="high:N", **own),
        at(_LOW).mark_text(**text).encode(text="low:N", **own),
        encoding={
            "x": alt.X("axis:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=48), axis=None),
            "y": alt.Y("position:Q", title=None, scale=alt.Scale(domain=[-0.1, 1.2], nice=False), axis=None),
            "color": _color(),
            "opacity": _opacity(0.7),
        },
    )


def box() -> alt.LayerChart:
    """Return a box for each group: quartiles and extremes, with a dot for each run."""
    summed = alt.Chart().transform_aggregate(
        [],
        groupby=["group"],
        low="min(y)",
        first="q1(y)",
        median="median(y)",
        third="q3(y)",
        high="max(y)",
    )
    return _layered(
        summed.mark_rule(color=INK, **_PLAIN).encode(alt.Y("low:Q"), alt.Y2("high")),
        summed.mark_bar(color=INK, size=26, opacity=0.35, **_PLAIN).encode(alt.Y("first:Q"), alt.Y2("third")),
        summed.mark_tick(color=INK, size=26, thickness=2, **_PLAIN).encode(alt.Y("median:Q")),
        alt.Chart()
        .mark_circle(size=40, **_PLAIN)
        .encode(color=alt.value(PALETTE[0]), opacity=_opacity(0.85)),
        data=alt.NamedData("rows"),
        encoding={
            "x": alt.X("group:N", title=None, sort=None, axis=alt.Axis(labelLimit=_GROUP, labelAngle=-30)),
            "y": alt.Y("y:Q", title=None, scale=alt.Scale(zero=False), axis=_axis()),
        },
    )


def interval() -> alt.LayerChart:
    """Return the mean of each group with its interval, and a line at the baseline's mean."""
    color = alt.when("datum.baseline").then(alt.value(PALETTE[1])).otherwise(alt.value(PALETTE[0]))
    every = alt.Chart()
    return _layered(
        every.mark_rule(color=PALETTE[1], strokeDash=[4, 3], opacity=0.7, **_PLAIN)
        .transform_filter("datum.baseline")
        .encode(y=alt.value(0), y2=alt.value("height")),
        every.mark_rule(strokeWidth=2, **_PLAIN)
        .transform_filter("isValid(datum.low) && isValid(datum.high)")
        .encode(alt.X("low:Q"), alt.X2("high"), color=color),
        every.mark_circle(size=80, opacity=1, **_PLAIN).encode(color=color),
        data=alt.NamedData("rows"),
        encoding={
            "x": alt.X("mean:Q", title=None, scale=alt.Scale(zero=False, padding=12), axis=_axis()),
            "y": alt.Y("group:N", title=None, sort=None, axis=alt.Axis(labelLimit=_GROUP)),
        },
    )


def band() -> alt.LayerChart:
    """Return the panel of cards, with bands behind its lines: means of groups and their intervals."""
    lines = panel()
    bands = (
        alt.Chart(alt.NamedData("bands"))
        .mark_area(**_PLAIN)
        .encode(
            alt.Y("low:Q"),
            alt.Y2("high"),
            alt.Color("color:N", scale=None),
            alt.Detail("series:N"),
            opacity=alt.value(0.2),
        )
    )
    lines.layer = [bands, *lines.layer]
    return lines


KINDS: dict[str, Callable[[], alt.LayerChart]] = {
    chart.__name__: chart for chart in (scatter, parallel, box, interval, band)
}


def _layered(*layers: alt.Chart, **more: Any) -> alt.LayerChart:
    return alt.LayerChart(layer=list(layers), config=alt.Config(range=_RANGE), **more)


def _axis() -> alt.Axis:
    return alt.Axis(labelExpr=_LABEL, tickCount=6)


def _color() -> alt.Color:
    return alt.Color("color:Q", title=None)


def _opacity(full: float) -> Any:
    return alt.when(_SELECTED).then(alt.value(full)).otherwise(alt.value(FAINT))


def _brush() -> alt.Parameter:
    """Return a selection by dragging over a view; that has to have a name, or Altair would invent one."""
    return alt.selection_interval(name="brush")
