"""The panel that cards, pictures and the sidebar draw metrics with, as Altair has made it: `panel.json`.

Importing Altair takes a second: neither the first cell of a kernel nor the Jupyter server
is to wait for them. `definition.py` is what the file is made from.
"""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def template() -> Spec:
    """Return the live panel's specification: one panel, its rows in the data set `points`.

    Rows have `x`, `y` (null is a gap), `series` (a number that tells lines apart), `color`, `opacity`, and
    in the one row of a line that has the dot and the label `last: true` and `label` ('' for none). Where
    such a row has `at`, that is the y of its label, so that labels need not lie on each other. `encoding.x`
    and `encoding.y` stand at the top and count for all layers. Colours of axes and text are left to the page
    (`config.axis`, `config.text.color`); `encoding.x.axis.tickMinStep` is for steps, and to be deleted for
    times.
    """
    return {"$schema": SCHEMA, **kept()}


def kept() -> Spec:
    """Return a copy of the panel, without data."""
    return copy.deepcopy(_kept())


@functools.cache
def _kept() -> Spec:
    made = Path(__file__).with_name("panel.json").read_text(encoding="utf-8")
    spec: Spec = json.loads(made)
    return spec
