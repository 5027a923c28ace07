"""A comparison as a file: a page, a picture or a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.comparing import curves, still, words
from nbtrack.errors import Invalid
from nbtrack.painting import vegalite_version
from nbtrack.picture import markup

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from nbtrack.comparing.comparison import Comparison

    Json = dict[str, Any]

_POINTS = 1000  # of a curve
_FINE = 144  # dots an inch: two a point
_STYLE = (
    "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}"
    "th,td{border:1px solid #ccc;padding:.3em .6em;text-align:left}"
)


def save(comparison: Comparison, path: str | PathLike[str]) -> None:
    """Write a comparison to a file; see `Comparison.save`."""
    file = Path(path)
    write = _WRITERS.get(file.suffix.lower())
    if write is None:
        raise Invalid(
            f"{file.name!r} has none of the suffixes that a comparison can be saved with.",
            hint=f"End it with {', '.join(_WRITERS)}.",
        )
    write(comparison, file)


def _html(comparison: Comparison, file: Path) -> None:
    head, beside = comparison.head, comparison.beside
    spec = _spec(comparison)
    picture = "" if spec is None else _svg_of(spec)
    table = words.html(head, beside, comparison.first)
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{markup(head)}</title>'
        f"<style>{_STYLE}</style></head><body>{table}{picture}</body></html>"
    )
    file.write_text(page, encoding="utf-8")


def _svg(comparison: Comparison, file: Path) -> None:
    file.write_text(_svg_of(_drawable(comparison)), encoding="utf-8")


def _png(comparison: Comparison, file: Path) -> None:
    import vl_convert

    text, version = json.dumps(_drawable(comparison)), vegalite_version()
    file.write_bytes(vl_convert.vegalite_to_png(text, vl_version=version, ppi=_FINE, allowed_base_urls=[]))


def _csv(comparison: Comparison, file: Path) -> None:
    comparison.frame.to_csv(file, index=False)


def _svg_of(spec: Json) -> str:
    import vl_convert

    version = vegalite_version()
    text: str = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=version, allowed_base_urls=[])
    return text


def _drawable(comparison: Comparison) -> Json:
    spec = _spec(comparison)
    if spec is None:
        raise Invalid("These runs have no metric to draw.", hint="Save it as .html or .csv.")
    return spec


def _spec(comparison: Comparison) -> Json | None:
    histories = curves.read(comparison.source, comparison.beside, comparison.metric, _POINTS)
    return still.picture(comparison, histories)


_WRITERS: dict[str, Callable[[Comparison, Path], None]] = {
    ".html": _html,
    ".svg": _svg,
    ".png": _png,
    ".csv": _csv,
}
