"""How cards look in this kernel, as the user wishes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Live = Literal["off", "compact", "full"]
Save = Literal["auto", "none", "png", "full"]

# What `Capture` writes, in one line.
CAPTURED = "cell source, executed cells, packages, git commit and diff; secrets redacted"


@dataclass(slots=True)
class Look:
    """What `%track --live`, `--save` and `--chart` choose.

    Attributes
    ----------
    live
        "full" draws charts while a cell runs, "compact" shows values only, "off" shows nothing until its end.
    save
        What stays in the notebook: "auto" a chart and a picture of at most 60 KB, "png" the picture only,
        "full" both whatever their size, "none" a line of text.
    chart
        The user's own chart: takes a DataFrame with the columns run, metric, step, time (seconds since the
        cell began), value, and returns an Altair chart. None for nbtrack's.
    """

    live: Live = "full"
    save: Save = "auto"
    chart: Callable[[Any], Any] | None = None
