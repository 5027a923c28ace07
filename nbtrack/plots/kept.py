"""The charts as Altair has made them, without data; `definitions.py` is what the files are made from.

The rows that a page is to fill in, by data set:

========  =============================================================================================
panel     `points`: see `nbtrack.panel`
band      as the panel's, and behind them `bands`: x, low, high (null is a gap), series, color
scatter   `rows`: x, y, color (null is grey), run, run_id, selected
parallel  `lines`: run, run_id, axis (a number), axis_title, position (0 to 1, null is a gap), text, color,
          selected; `axes`: axis, axis_title, low, high (texts)
box       `rows`: group, y, run, run_id, selected
interval  `rows`: group, mean, low, high (null for a single value), n, baseline
========  =============================================================================================

`encoding` stands at the top and counts for all layers: its x, y and color take titles, types ("nominal" for
texts), scales. What is not `selected` (false) is faint. `brush` is the selection of scatter and parallel.
"""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import panel
from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from nbtrack.panel import Spec

PANEL = "panel"
KINDS = (PANEL, "band", "scatter", "parallel", "box", "interval")


def template(kind: str) -> Spec:
    """Return a chart's specification in Vega-Lite.

    Raises
    ------
    Invalid
        If there is none of this kind.
    """
    if kind == PANEL:
        return panel.template()
    if kind not in KINDS:
        raise Invalid(f"There is no chart {kind[:80]!r}.", hint=f"There are {', '.join(KINDS)}.")
    return {"$schema": panel.SCHEMA, **copy.deepcopy(_kept(kind))}


@functools.cache
def _kept(kind: str) -> Spec:
    made: Spec = json.loads(Path(__file__).with_name(f"{kind}.json").read_text(encoding="utf-8"))
    return made
