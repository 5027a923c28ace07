"""What a notebook keeps of compared runs: a snapshot for our screen, a table, a picture, text; bounded."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from nbtrack.comparing import curves
from nbtrack.comparing.beside import same
from nbtrack.picture import markup
from nbtrack.store.together import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Json = dict[str, Any]

MIME = "application/vnd.nbtrack.compare.v1+json"
VERSION = 1
LIMIT = 300_000
"""Bytes that an output may take in a notebook file."""
PICTURE = 45_000
"""Bytes of a PNG; it is kept twice, since notebooks prefer HTML to it, and in base64."""
RUNS, _FEW_RUNS = 50, 10  # of a snapshot
_WRITTEN = 1_000  # bytes of a notebook file around an output's data
_DEPTH = 5  # levels of a notebook file above an output's data: each costs a space a line
_TEXT, _SHORT_TEXT = 200, 60  # characters, where there is too much of it
_KEYS, _FEW_KEYS = 200, 30  # of each kind


def size(data: Mapping[str, Any]) -> int:
    """Return how many bytes an output takes in a notebook file, which has a line for each number."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return len(text.encode(errors="replace")) + _DEPTH * text.count("\n")


def bundle(payload: Json, text: str, html: str, image: bytes | None) -> Json:
    """Return an output by MIME type, with as much of the snapshot as there is room for.

    Parameters
    ----------
    payload
        For our screen; its `snapshot` has all that there is.
    html
        Without the picture.
    image
        PNG, of at most `PICTURE` bytes.
    """
    kept: Json = {"text/plain": text, "text/html": html}
    if image is not None:
        encoded = base64.b64encode(image).decode("ascii")
        kept["image/png"] = encoded
        alternative = markup(text.partition("\n")[0])
        kept["text/html"] += f'<img alt="{alternative}" src="data:image/png;base64,{encoded}">'
    room = LIMIT - _WRITTEN - size(kept)
    for snapshot in _smaller(payload["snapshot"]):
        drawn = {MIME: {**payload, "snapshot": snapshot}}
        if _at_least(snapshot) <= room and size(drawn) <= room:
            return {**drawn, **kept}
    return {MIME: {**payload, "snapshot": None}, **kept}


def picked(compared: Json, places: list[int]) -> Json:
    """Return an answer of `compare` for some of its runs; keys that none of them has are left out."""
    tables: Json = {}
    for family in FAMILIES:
        some = {key: [values[place] for place in places] for key, values in compared[family].items()}
        tables[family] = {key: values for key, values in some.items() if values.count(None) < len(values)}
    return {**compared, "runs": [compared["runs"][place] for place in places], **tables}


def _at_least(snapshot: Json) -> int:
    """Return less than the size of a snapshot, quickly: what is much too large takes seconds to write."""
    columns = [values for family in FAMILIES for values in snapshot["compare"][family].values()]
    return sum(len(value) if isinstance(value, str) else 1 for values in columns for value in values)


def _smaller(snapshot: Json) -> Iterator[Json]:
    """Yield a snapshot, then with less and less in it: curves go first, then tags, then long texts."""
    yield snapshot
    histories = snapshot["histories"]
    metrics = list(dict.fromkeys(item["key"] for item in histories))
    for most in (100, 50, 25):
        yield {**snapshot, "histories": [curves.thin(item, most) for item in histories]}
    histories = [curves.thin(item, most) for item in histories]
    while len(metrics) > 1:
        metrics = metrics[: len(metrics) // 2]
        yield {**snapshot, "histories": [item for item in histories if item["key"] in metrics]}
    bare = {**snapshot, "histories": []}
    yield bare
    compared = {**bare["compare"], "tags": {}}
    yield {**bare, "compare": compared}
    for longest, keys in ((_TEXT, None), (_TEXT, _KEYS), (_SHORT_TEXT, _FEW_KEYS)):
        yield {**bare, "compare": _cut(compared, longest, keys)}
    few = picked(compared, list(range(len(compared["runs"])))[:_FEW_RUNS])
    yield {**bare, "compare": _cut(few, _SHORT_TEXT, _FEW_KEYS)}


def _cut(compared: Json, longest: int, most: int | None) -> Json:
    """Return an answer of `compare` with shorter texts; with few keys, those that differ come first."""
    tables, more = {}, dict(compared.get("more") or {})
    for family in FAMILIES:
        table = compared[family]
        keys = sorted(table, key=lambda key: len({same(value) for value in table[key]}) < 2)[:most]  # noqa: PLR2004
        if len(keys) < len(table):
            more[family] = more.get(family, 0) + len(table) - len(keys)
        tables[family] = {key: [_shortened(value, longest) for value in table[key]] for key in keys}
    runs = [{key: _shortened(value, longest) for key, value in run.items()} for run in compared["runs"]]
    return {**compared, **tables, "runs": runs, "more": more}


def _shortened(value: Any, longest: int) -> Any:
    return f"{value[:longest]}…" if isinstance(value, str) and len(value) > longest else value
