"""How a panel of metrics looks, told to Altair: the one definition of it.

What Altair makes of it is kept in `panel.json` and read from there, since importing Altair takes a second,
which the first cell of a kernel would wait for. A test holds the two equal, and writes the file anew.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from nbtrack.charts import LONGEST

# Vega-Lite writes descriptions and tooltips as expressions, and titles into them as they are: none of them.
_PLAIN: dict[str, Any] = {"aria": False, "tooltip": None}


def panel() -> alt.LayerChart:
    """Return a panel without data; `panel.template` tells what its rows are."""
    x = alt.X(
        "x:Q",
        title="step",
        scale=alt.Scale(nice=False, zero=False),
        axis=alt.Axis(
            grid=False,
            tickMinStep=1,
            tickCount=5,
            labelExpr="length(datum.label) > 5 ? format(datum.value, '~s') : datum.label",
        ),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(type="linear", zero=False),
        axis=alt.Axis(
            tickCount=4,
            minExtent=34,
            labelExpr="length(datum.label) < 7 ? datum.label : format(datum.value,"
            " abs(datum.value) < 0.001 || abs(datum.value) >= 100000 ? '.2~e' : '.4~g')",
        ),
    )
    color = alt.Color("color:N", scale=None)
    beside = {"x": alt.value("width"), "y": alt.Y("at:Q")}
    labelled = alt.Chart().transform_filter("datum.label")
    ends = alt.layer(
        # The dot shows a line of one point too.
        alt.Chart().mark_circle(size=26, **_PLAIN).encode(color),
        labelled.mark_point(shape="stroke", size=90, strokeWidth=1.75, xOffset=10, **_PLAIN).encode(
            color, **beside
        ),
        labelled.mark_text(align="left", baseline="middle", xOffset=19, limit=LONGEST, **_PLAIN).encode(
            text="label:N", **beside
        ),
    )
    lines = alt.Chart().mark_line(strokeWidth=1.75, strokeCap="round", strokeJoin="round", **_PLAIN)
    shared: Any = {"x": x, "y": y, "opacity": alt.Opacity("opacity:Q", scale=None)}
    return alt.LayerChart(
        data=alt.NamedData("points"),
        encoding=shared,
        layer=[
            lines.encode(color, detail="series:N"),
            ends.transform_filter("datum.last").transform_calculate(
                at="isValid(datum.at) ? datum.at : datum.y"
            ),
        ],
    )
