"""What a notebook file keeps of a card: a picture with its PNG, or a small table, always with text."""

from __future__ import annotations

import base64
import json
import struct
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import altair as alt

    from nbtrack.look import Save

VEGALITE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

LIMIT = 60_000  # bytes of JSON that a card may take in a notebook file
_SMALLEST = 2000  # bytes; no picture of a panel is smaller
_INCH = 0.0254  # metres


def bundle(
    chart: alt.TopLevelMixin | Mapping[str, Any] | None,
    text: str,
    html: str | None = None,
    *,
    save: Save = "auto",
    limit: int = LIMIT,
    png: Callable[[Mapping[str, Any], int | None], bytes | None] | None = None,
) -> dict[str, Any]:
    """Return the outputs of a cell, by mime type.

    "auto" keeps a chart as Vega-Lite, as PNG and as text, in at most `limit` bytes of JSON. For what does
    not fit, the PNG gets coarser (2, 1.5, 1 pixels a point) and then is left out; where the specification
    alone is too large, it goes, and the PNG stays if it fits. "full" keeps all whatever its size, "png" the
    PNG and the text, within `limit`, "none" the text, which always stays. HTML is only kept where there is
    no chart, since notebooks prefer it to one.

    Parameters
    ----------
    chart
        A Vega-Lite specification, as of `charts.picture`, or an Altair chart.
    text
        What hosts show that draw nothing.
    html
        For a card without a chart.
    png
        Draws a specification within so many bytes, as `painter.Painter.png`; None for no PNG.
    """
    outputs: dict[str, Any] = {"text/plain": text}
    room = None if save == "full" else limit - _size(outputs)
    if save == "none":
        return outputs
    if chart is None:
        shown = {} if html is None else {"text/html": html}
        return {**shown, **outputs} if room is None or _size(shown) <= room else outputs
    spec = as_spec(chart)
    drawn: dict[str, Any] = {} if save == "png" else {VEGALITE: spec}
    if room is not None and _size(drawn) > room:
        drawn = {}
    left = None if room is None else room - _size(drawn)
    room_for_png = None if left is None else (left - 50) * 3 // 4  # base64 takes a third more
    if png is None or (room_for_png is not None and room_for_png < _SMALLEST):
        return {**drawn, **outputs}
    image = png(spec, room_for_png)
    if image is not None:
        drawn["image/png"] = base64.b64encode(image).decode("ascii")
    return {**drawn, **outputs}


def leaves_room(chart: alt.TopLevelMixin | Mapping[str, Any]) -> bool:
    """Return whether a chart leaves half of `LIMIT` to what comes beside it: its PNG, and a card before."""
    return _size({VEGALITE: as_spec(chart)}) <= LIMIT // 2


def fits(outputs: Mapping[str, Any], save: Save) -> bool:
    """Return whether a notebook file may keep the outputs."""
    return save == "full" or _size(outputs) <= LIMIT


def metadata(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata of a bundle's outputs: how large the PNG is to be shown, however fine it is."""
    encoded = outputs.get("image/png")
    if not encoded:
        return {}
    head = base64.b64decode(encoded[:1200])
    width, height = struct.unpack(">II", head[16:24])
    place = head.find(b"pHYs")
    density = struct.unpack(">I", head[place + 4 : place + 8])[0] if place > 0 else 0
    scale = max(1.0, round(density * _INCH / 72, 1))
    return {"image/png": {"width": round(width / scale), "height": round(height / scale)}}


def as_spec(chart: alt.TopLevelMixin | Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart as a Vega-Lite 5 specification with its data inside."""
    if not hasattr(chart, "to_dict"):
        return dict(chart)
    # Without the last step of the «vegafusion» transformer, which makes Vega and no Vega-Lite.
    spec: dict[str, Any] = chart.to_dict(context={"pre_transform": False})
    return {**spec, "$schema": SCHEMA}


def rehearse() -> None:
    """Draw nothing much with Altair: it imports parts of itself, and of narwhals, as late as that.

    The thread that draws a user's own chart must not be the one to import them: MLflow's hooks on imports
    can lock it out for ever, and the user's cell with it.
    """
    import altair as alt
    import pandas as pd  # type: ignore[import-untyped]

    as_spec(alt.Chart(pd.DataFrame({"step": [0.0], "value": [0.0]})).mark_line().encode(x="step", y="value"))


def values_table_html(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the values of a card as an HTML table, without the columns that say nothing."""
    table = _table(rows)
    head = "".join(f'<th scope="col">{markup(name)}</th>' for name in table[0])
    body = "".join(
        f'<tr><th scope="row">{markup(first)}</th>{_cells(others)}</tr>' for first, *others in table[1:]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def values_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the values of a card as aligned plain text."""
    table = [[printable(cell) for cell in row] for row in _table(rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def _cells(texts: Sequence[str]) -> str:
    return "".join(f"<td>{markup(text)}</td>" for text in texts)


def _size(outputs: Mapping[str, Any]) -> int:
    return len(json.dumps(outputs)) if outputs else 0


def _table(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    columns = {
        "Metric": [str(row["metric"]) for row in rows],
        "": [str(row.get("label") or "") for row in rows],
        "Last": [_last(row) for row in rows],
        "Best": [_number(row.get("best")) for row in rows],
        "Change": [_change(row) for row in rows],
    }
    told = {name: cells for name, cells in columns.items() if name in {"Metric", "Last"} or any(cells)}
    return [list(told), *map(list, zip(*told.values(), strict=True))]


def _last(row: Mapping[str, Any]) -> str:
    nonfinite = row.get("nonfinite") or 0
    return _number(row["last"]) + (f" ({nonfinite} not finite)" if nonfinite else "")


def _change(row: Mapping[str, Any]) -> str:
    """Say how the last value differs from that of the run before, in words too."""
    last, previous, lower = row["last"], row.get("previous"), row.get("lower_is_better")
    if not isinstance(last, int | float) or not isinstance(previous, int | float):
        return ""
    difference = last - previous
    if difference == 0:
        return "same"
    word = "" if lower is None else " better" if (difference < 0) is lower else " worse"
    return f"{difference:+.3g}{word}"


def _number(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.6g}"


def markup(text: str) -> str:
    """Return a text as HTML."""
    return escape(printable(text))


def printable(text: str) -> str:
    """Replace line breaks, terminal escapes and their like: the text is anybody's."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
