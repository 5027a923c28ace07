"""What a page gets: a card as JSON and one binary buffer, complete and bounded each time."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.panel import template
from nbtrack.series import json_number, pack

if TYPE_CHECKING:
    from nbtrack.live.card import Card
    from nbtrack.live.layout import Layout

VERSION = 1
MIME = "application/vnd.nbtrack.live.v1+json"

Detail = Literal["full", "compact"]


def frame(
    card: Card, layout: Layout, *, detail: Detail, behind: str | None, system: list[dict[str, str]]
) -> tuple[dict[str, Any], bytes]:
    """Return a card's state and its points: little-endian float32 triples (x, t, y), series after series."""
    series: list[dict[str, Any]] = []
    panels: list[dict[str, Any]] = []
    buffers: list[bytes] = []
    for placed in layout.panels if detail == "full" else ():
        indices = []
        for line, metric in zip(placed.panel.lines, placed.metrics, strict=True):
            packed = pack(line.points)
            indices.append(len(series))
            series.append(
                {
                    "metric": metric,
                    "label": line.label,
                    "color": line.color,
                    "faint": line.faint,
                    "points": len(packed.triples),
                    "offset": packed.offset,
                    "scale": packed.scale,
                    "time0": packed.time0,
                    "step0": packed.step0,
                }
            )
            buffers.append(packed.triples.tobytes())
        panels.append(
            {
                "title": placed.panel.title,
                "log": placed.panel.log,
                "folded": placed.folded,
                "axis": placed.axis,
                "x_title": placed.panel.x_title,
                "series": indices,
            }
        )
    first = next(iter(card.runs.values()), None)
    head = {
        "version": VERSION,
        "card": card.key,
        "cell_id": card.cell_id,
        "sequence": card.sequence(),
        "status": card.status,
        "started": card.started,
        "now": card.ended or int(time.time() * 1000),
        "detail": detail,
        "title": card.title,
        "run_id": card.titled,
        "experiment_id": first.experiment_id if first else None,
        "runs": card.runs_made,
        "progress": None
        if card.progress is None
        else {"done": card.progress.done, "total": card.progress.total, "unit": card.progress.unit},
        "panels": panels,
        "series": series,
        "values": rows(layout),
        "more_metrics": layout.more_metrics,
        "captured": card.captured,
        "behind": behind,
        "system": system,
    }
    return head, b"".join(buffers)


def rows(layout: Layout) -> list[dict[str, Any]]:
    """Return the table of values as JSON."""
    return [
        {
            "metric": value.metric,
            "label": value.label,
            "last": json_number(value.last),
            "best": json_number(value.best),
            "previous": json_number(value.previous),
            "lower_is_better": value.lower_is_better,
            "nonfinite": value.nonfinite,
        }
        for value in layout.values
    ]


def snapshot(head: dict[str, Any], points: bytes, own: dict[str, Any] | None) -> dict[str, Any]:
    """Return a frame as a display's payload, which a page can draw without a kernel.

    Parameters
    ----------
    own
        The user's own chart with its data inside, in place of nbtrack's panels.
    """
    chart = {"template": template()} if own is None else {"template": own, "custom": True}
    return {**head, **chart, "buffer": base64.b64encode(points).decode()}
