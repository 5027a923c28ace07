"""The colours of lines, which the page draws too."""

from __future__ import annotations

import json
from pathlib import Path

from nbtrack.charts import PALETTE, colour


def test_the_page_has_the_same_colours() -> None:
    """The sidebar has a copy of the palette, which its own tests hold to this file."""
    told = json.loads((Path(__file__).parents[1] / "contract" / "palette.json").read_text(encoding="utf-8"))
    assert told == [colour(number) for number in range(len(told))]
    assert len(told) > len(PALETTE), "also that it begins anew"
