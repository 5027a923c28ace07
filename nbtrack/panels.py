"""What a panel shows, as the rows of a picture: few points, few digits, labels that don't collide."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtrack.axes import NEAREST, digits_lost, domain
from nbtrack.thinning import Points, thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.axes import Reach

_LABELLED = 8  # lines of a panel: more labels than colours would tell nothing apart
_LABEL = 12  # pixels that a label needs
_DIGITS = 6
_MOST_DIGITS = 17  # a float has no more


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a panel.

    Attributes
    ----------
    label
        Written at its right end; '' for none.
    color
        `#rrggbb`.
    faint
        Drawn behind the others, without a label: the run before.
    points
        What is drawn.
    """

    label: str
    color: str
    faint: bool
    points: Points


@dataclass(frozen=True, slots=True)
class Panel:
    """A small chart.

    Attributes
    ----------
    title, x_title
        Literal text.
    log
        Whether y is logarithmic; what is not above 0 is a gap then.
    lines
        Only the first eight that are not faint have a label.
    """

    title: str
    x_title: str
    log: bool
    lines: tuple[Line, ...]


def ready(panel: Panel) -> Panel:
    """Put faint lines first, and leave out what a logarithmic axis has no place for."""
    lines = sorted(panel.lines, key=lambda line: not line.faint)
    log = panel.log and any((line.points.values > NEAREST).any() for line in lines)
    if log:
        lines = [replace(line, points=_above_0(line.points)) for line in lines]
    return replace(panel, log=log, lines=tuple(lines))


def shared_out(panels: Sequence[Panel], budget: int) -> list[Panel]:
    """Thin lines until all have at most `budget` points (eight a line at least): the longest ones first."""
    lines = [line for panel in panels for line in panel.lines]
    by_size = sorted(range(len(lines)), key=lambda index: lines[index].points.x.size)
    thin: dict[int, Points] = {}
    for index, left in zip(by_size, range(len(lines), 0, -1), strict=True):
        thin[index] = thinned(lines[index].points, budget // left)
        budget -= thin[index].x.size
    points = (thin[index] for index in range(len(lines)))
    return [
        replace(panel, lines=tuple(replace(line, points=next(points)) for line in panel.lines))
        for panel in panels
    ]


def csv(panel: Panel) -> str:
    """Return the points as CSV: `series` (the number of the line), `x`, `y` ('' for a gap)."""
    digits = _digits(domain(panel))
    rows = (
        f"{series},{x:.0f},{_short(y, digits)}"
        if x.is_integer()
        else f"{series},{x:.15g},{_short(y, digits)}"
        for series, line in enumerate(panel.lines)
        for x, y in zip(line.points.x.tolist(), line.points.values.tolist(), strict=True)
    )
    return "\n".join(["series,x,y", *rows])


def ends(panel: Panel, height: int) -> list[dict[str, Any]]:
    """Return the rows of the last points: where each line's dot is, and its label.

    Parameters
    ----------
    panel
        A panel with something to draw.
    height
        Of the plot, pixels.
    """
    rows: list[dict[str, Any]] = [
        {"x": x, "y": y, "label": line.label, "color": line.color, "opacity": 1, "last": True}
        for line in panel.lines
        if not line.faint and (last := _last(line.points))
        for x, y in [last]
    ]
    for row in rows[_LABELLED:]:
        row["label"] = ""
    labelled = [row for row in rows if row["label"]]
    axis = domain(panel)
    if axis and labelled:
        low, high = (math.log(end) if panel.log else end for end in axis)
        where = [((math.log(row["y"]) if panel.log else row["y"]) - low) / (high - low) for row in labelled]
        digits = _digits(axis)
        for row, place in zip(labelled, apart(where, _LABEL / height), strict=True):
            at = low + place * (high - low)
            row["at"] = float(_short(math.exp(at) if panel.log else at, digits))
    return rows


def apart(places: Sequence[float], least: float) -> list[float]:
    """Move places between 0 and 1 until each has `least` for itself; their order stays.

    Those that are too close spread about their middle, or from an end of the range where they would pass it.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    groups: list[list[int]] = []
    middles: list[float] = []
    for index in order:
        groups.append([index])
        middles.append(_inside([index], places, least))
        while len(groups) > 1 and middles[-1] - middles[-2] < least * (len(groups[-1]) + len(groups[-2])) / 2:
            group = groups.pop()
            middles.pop()
            groups[-1] += group
            middles[-1] = _inside(groups[-1], places, least)
    moved = [0.0] * len(places)
    for group, middle in zip(groups, middles, strict=True):
        for number, index in enumerate(group):
            moved[index] = middle + (number - (len(group) - 1) / 2) * least
    return moved


def _inside(group: Sequence[int], places: Sequence[float], least: float) -> float:
    half = len(group) / 2 * least
    middle = sum(places[index] for index in group) / len(group)
    return min(max(middle, half), 1 - half)


def _above_0(points: Points) -> Points:
    return replace(points, values=np.where(points.values > NEAREST, points.values, np.nan))


def _last(points: Points) -> tuple[float, float] | None:
    finite = np.flatnonzero(np.isfinite(points.values))
    return (float(points.x[finite[-1]]), float(points.values[finite[-1]])) if finite.size else None


def _digits(reach: Reach | None) -> int:
    return min(_DIGITS + (digits_lost(reach) if reach else 0), _MOST_DIGITS)


def _short(number: float, digits: int) -> str:
    if not math.isfinite(number):
        return ""
    text = f"{number:.{digits}g}"
    return text.replace("e+", "e").removeprefix("0") if text.startswith("0.") else text
