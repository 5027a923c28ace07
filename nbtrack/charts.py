"""How nbtrack draws metrics: one definition of a panel, for the live card and for the picture that stays.

Altair has made the panel (`definition.py`, `panel.json`), and pictures are copies of it with their data
filled in: to import Altair takes a second, and to make all panels of a picture with it half a one.

The grammar is that of Vega-Lite 5.6, since that is what JupyterLab 4 draws with. Names of metrics and runs
are data, titles and labels; never fields or expressions.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from nbtrack.axes import common_part, digits_lost, domain, log_ticks, whole_ticks
from nbtrack.panel import SCHEMA, Spec, kept
from nbtrack.panels import Line, Panel, csv, ends, ready, shared_out

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PALETTE", "SCHEMA", "Line", "Panel", "Spec", "colour", "literal", "picture", "wants_log"]

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#F0E442")
"""Told apart by colour-blind people too: M. Okabe, K. Ito, «Color Universal Design», 2008. Grey stands for
their black, which a dark page would swallow. Blue and vermilion come first, being the furthest apart; yellow,
faint on white, comes last."""

INK = "#7b7b7b"  # about as far from white as from a dark page
_FAINT = 0.3
_LETTER = 6.2  # pixels, about
LONGEST = 84  # pixels of a label; the rest is cut
_LEFT = 54  # pixels beside a plot, for the numbers and what parts it from the next
_BETWEEN = 64  # pixels between plots: the lower one's title, the upper one's x axis
_READABLE = 3  # digits in front of those that differ, for labels of an axis to be read
_SMALL, _LARGE = 120, 200  # pixels, height of a plot among others and of one alone
# Vega takes a text with the name of what every JavaScript object has for a signal of its, and draws nothing.
_OF_OBJECTS = frozenset(
    {
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf"),
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    }
)
_DECADES = {True: 2, None: 4}

_NEUTRAL: Spec = {
    "background": "transparent",
    "view": {"stroke": None},
    "text": {"color": INK, "fontSize": 11},
    "title": {"color": INK, "subtitleColor": INK, "fontSize": 12, "subtitleFontSize": 11},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "tickColor": INK,
        "domainColor": INK,
        "gridColor": INK,
        "gridOpacity": 0.2,
        "domainOpacity": 0.5,
        "tickOpacity": 0.5,
        "labelFontSize": 10,
        "titleFontSize": 10,
        "titleFontWeight": "normal",
    },
}


def colour(index: int) -> str:
    """Return the colour of the line with this number; the ninth has that of the first."""
    return PALETTE[index % len(PALETTE)]


def wants_log(smallest: float | None, largest: float | None, *, lower_is_better: bool | None = None) -> bool:
    """Decide whether values are drawn on a logarithmic axis.

    They are, where a linear one would hide what counts. For a metric that is to fall, two decades are
    enough: the last of them, where training spends its time, would be a hundredth of the axis, one or two
    pixels. Where the direction is not known (learning rates and norms, but also counters) it takes four.
    Never for what is to rise: 0.99 and 0.999 look alike at the top of a logarithmic axis. It needs no more
    than the extremes, which can only move apart, so the axis of a live chart changes at most twice.

    Parameters
    ----------
    smallest, largest
        Of the finite values; None where there are none.
    lower_is_better
        As `direction.lower_is_better` tells.
    """
    if smallest is None or largest is None or smallest <= 0 or lower_is_better is False:
        return False
    return math.log10(largest) - math.log10(smallest) >= _DECADES[lower_is_better]


def picture(
    panels: Sequence[Panel],
    *,
    title: str,
    subtitle: str | Sequence[str] = (),
    columns: int = 2,
    width: int = 700,
    points: int = 1600,
    most: int = 12,
) -> Spec:
    """Draw panels as a picture that stays, with its data inside, in the look of the user's Altair theme.

    Parameters
    ----------
    panels
        In order; only the first `most` are drawn, and the subtitle tells how many are not.
    title, subtitle
        Literal text; each string of `subtitle` is a line.
    columns, width
        Panels in a row, and pixels of the whole.
    points
        At most so many are drawn, shared out fairly among the lines.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    drawn = shared_out([ready(panel) for panel in panels[:most]], points)
    columns = max(1, min(columns, len(drawn)))
    labels = [line.label for panel in drawn for line in panel.lines if line.label and not line.faint]
    room = min(LONGEST + 20, max((len(label) * _LETTER + 22 for label in labels), default=8))
    plot = (int((width - 10) / columns - _LEFT - room), _SMALL if len(drawn) > 1 else _LARGE)
    texts = [text for text in ([subtitle] if isinstance(subtitle, str) else subtitle) if text]
    if len(panels) > len(drawn):
        texts.append(f"{len(panels) - len(drawn)} more are not drawn")
    spec: Spec = {
        "$schema": SCHEMA,
        "description": ". ".join([title, *texts, ", ".join(panel.title for panel in drawn)]),
        "title": {
            "text": literal(title),
            "subtitle": texts,
            "anchor": "start",
            "offset": 10,
            "limit": width,
        },
        "columns": columns,
        "bounds": "flush",
        "spacing": {"row": _BETWEEN, "column": int(_LEFT + room)},
        "concat": [_filled(panel, plot) for panel in drawn],
    }
    return _themed(spec)


def _filled(panel: Panel, plot: tuple[int, int]) -> Spec:
    """Return the panel with data in it, for a plot of some width and height in pixels."""
    width, height = plot
    spec = kept()
    del spec["data"]
    x, y = spec["encoding"]["x"], spec["encoding"]["y"]
    x["title"] = panel.x_title
    x["axis"]["tickCount"] = whole_ticks(panel, x["axis"]["tickCount"])
    name = panel.title
    reach = domain(panel)
    if reach:
        y["scale"] = {"type": "log" if panel.log else "linear", "domain": reach, "nice": False}
        if panel.log:
            ticks = log_ticks(*reach)
            y["axis"] |= {"values": ticks, "tickCount": len(ticks)}
        elif digits_lost(reach) > _READABLE:
            base = common_part(reach)
            name = f"{name} − {base}"  # noqa: RUF001 - a minus
            y["axis"]["labelExpr"] = f"format(datum.value - ({base}), '.3~g')"
    looks = [
        {"series": series, "color": line.color, "opacity": _FAINT if line.faint else 1}
        for series, line in enumerate(panel.lines)
    ]
    lines, last = spec["layer"]
    lines["data"] = {
        "values": csv(panel),
        "format": {"type": "csv", "parse": dict.fromkeys(("series", "x", "y"), "number")},
    }
    source = {"data": {"values": looks}, "key": "series", "fields": ["color", "opacity"]}
    lines["transform"] = [{"lookup": "series", "from": source}]
    last["data"] = {"values": ends(panel, height)}
    title = {"text": literal(name), "anchor": "start", "frame": "group", "limit": width + LONGEST}
    return {"title": title, "width": width, "height": height, **spec}


def literal(text: str) -> str:
    """Return a text as a title of Vega's may have it."""
    return f"{text} " if text in _OF_OBJECTS else text


def _themed(spec: Spec) -> Spec:
    """Add our neutral look, and over it whatever the user's Altair theme says."""
    altair = sys.modules.get("altair")  # who has a theme has imported it
    theme: Spec = dict((altair.theme.get() or dict)()) if altair else {}
    return {**theme, **spec, "config": _merged(_NEUTRAL, theme.get("config", {}))}


def _merged(under: Spec, over: Spec) -> Spec:
    """Return `under` with what `over` says instead, level by level."""
    both = {
        key: _merged(under[key], value)
        if isinstance(value, dict) and isinstance(under.get(key), dict)
        else value
        for key, value in over.items()
    }
    return {**under, **both}
