"""Lines of runs beyond the eighth, whose colours come again: dashed, then dotted, as on the page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.charts import Panel

    Json = dict[str, Any]

_DASHES = ([1, 0], [6, 4], [1.5, 4])  # whole, dashed, dotted


def dashed(spec: Json, panels: Sequence[Panel]) -> Json:
    """Return the picture that `nbtrack.charts.picture` has made of these panels, with dashed lines."""
    parts = [
        _dashed(part, dashes_of([line.color for line in panel.lines]))
        for part, panel in zip(spec["concat"], panels, strict=False)
    ]
    return {**spec, "concat": parts}


def dashes_of(colors: Sequence[str]) -> list[int]:
    """Return for each line how often its colour came before it."""
    seen: Counter[str] = Counter()
    found = []
    for color in colors:
        found.append(seen[color] % len(_DASHES))
        seen[color] += 1
    return found


def _dashed(part: Json, dashes: Sequence[int]) -> Json:
    if not any(dashes):
        return part
    lines, *others = part["layer"]
    told = []
    for kind in sorted({dash for dash in dashes if dash}):
        series = [place for place, dash in enumerate(dashes) if dash == kind]
        told.append({"test": f"indexof({series}, datum.series) >= 0", "value": _DASHES[kind]})
    stroke = {"condition": told, "value": _DASHES[0]}
    return {**part, "layer": [{**lines, "encoding": {**lines["encoding"], "strokeDash": stroke}}, *others]}
