"""What a notebook keeps of a registration: our screen's data, a table with the code, text; bounded."""

from __future__ import annotations

import json
import math
import uuid
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any

from nbtrack.picture import markup, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.registering.found import Found
    from nbtrack.registering.progress import Progress
    from nbtrack.registering.wish import Registered

    Json = dict[str, Any]

MIME = "application/vnd.nbtrack.register.v1+json"
VERSION = 1
LIMIT = 60_000
"""Bytes of JSON that an output may take in a notebook file."""
_NAMES, _FEW_NAMES = 200, 30  # of the registry
_MODELS = 50  # of a run
_FIELDS = 100  # of a signature
_LONGEST = 2_000  # characters of a text
_SHORT = 100  # … of a value in an example

_SCORES = 30
_FIGURES = ("candidate", "champion", "difference", "low", "high")

_PARTS = ("form", "progress", "confirm", "card", "error")


def payload(key: str, store: str, state: str, sequence: int, notes: Sequence[str], **parts: Any) -> Json:
    """Return what our screen in the page draws.

    Parameters
    ----------
    key
        What the page calls this registration by.
    store
        Digest of the store's URI.
    state
        "form", "working", "confirm", "done" or "failed".
    sequence
        Grows with each picture.
    notes
        What the store can't hold.
    **parts
        "form", "progress", "confirm", "card" or "error".
    """
    head = {"version": VERSION, "key": key, "store": store, "state": state, "sequence": sequence}
    return {**head, "notes": list(notes), **dict.fromkeys(_PARTS), **parts}


def bundle(drawn: Json) -> Json:
    """Return an output by MIME type, with as much of the form as there is room for."""
    rest: Json = {"text/plain": _text(drawn), "text/html": _html(drawn)}
    for smaller in _smaller(drawn):
        whole = {MIME: smaller, **rest}
        if len(json.dumps(whole)) <= LIMIT:
            return whole
    return rest


def registered(
    store: str, done: Registered, key: str | None = None, scores: pd.DataFrame | None = None
) -> Json:
    """Return the output that shows a version in the registry.

    Parameters
    ----------
    store
        Digest of the store's URI.
    scores
        Of it and of the version that was there before, on the same rows; as `scoring.scored` returns them.
    """
    drawn = payload(key or uuid.uuid4().hex, store, "done", 0, (), card=card(done))
    if scores is not None:
        drawn["card"]["scores"] = _scores(scores)
    return bundle(drawn)


def card(done: Registered) -> Json:
    """Return a version in the registry as our screen draws it."""
    found = {**asdict(done), "scores": []}
    created, notes = found.pop("created"), list(done.notes)
    found.pop("model_id")
    if not created:
        notes.insert(0, "This very model was registered under this name already: no new version was made.")
    return {**found, "notes": notes}


def step(progress: Progress) -> Json:
    """Return what is being done as our screen shows it."""
    return {**asdict(progress), "what": progress.what[:1].upper() + progress.what[1:]}


def model(found: Found) -> Json:
    """Return a model of a run as our screen shows it."""
    example = found.example
    if example is not None:
        rows = [[_cut(cell, _SHORT) for cell in row] for row in example["rows"]]
        example = {"columns": example["columns"], "rows": rows}
    return {**asdict(found), "example": example}


def _scores(scores: pd.DataFrame) -> list[Json]:
    rows = scores.head(_SCORES).to_dict("records")
    return [
        {"metric": str(row["metric"]), **{key: _finite(row.get(key)) for key in _FIGURES}} for row in rows
    ]


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _smaller(drawn: Json) -> Iterator[Json]:
    """Yield it, then with less and less in its form: examples go first, then long signatures, then names."""
    yield drawn
    form = drawn["form"]
    if form is None:
        return
    bare = [{**one, "example": None} for one in form["models"][:_MODELS]]
    yield {**drawn, "form": {**form, "models": bare}}
    short = [{**one, "signature": _few(one["signature"])} for one in bare]
    yield {**drawn, "form": {**form, "models": short}}
    named = [{**one, "signature": None} for one in bare]
    yield {**drawn, "form": {**form, "models": named, "names": form["names"][:_FEW_NAMES]}}


def _few(signature: Json | None) -> Json | None:
    return signature and {part: fields[:_FIELDS] for part, fields in signature.items()}


def names(found: Sequence[str]) -> list[str]:
    """Return names of the registry, as many as a form offers."""
    return [name for name in found[:_NAMES] if len(name) <= _LONGEST]


def _text(drawn: Json) -> str:
    return "\n".join(_lines(drawn))


def _lines(drawn: Json) -> list[str]:
    done, error, asked, step = (drawn[part] for part in ("card", "error", "confirm", "progress"))
    if drawn["state"] == "done":
        rows = [f"{name}: {value}" for name, value in _rows(done)]
        scores = [" ".join(cells) for cells in _compared(done)]
        return [_head(done), *rows, *scores, *map(printable, done["notes"]), "", *_code(done)]
    if drawn["state"] == "failed":
        return [f"Not registered. {printable(error['message'])}", printable(error["hint"])]
    if drawn["state"] == "confirm":
        run = f" (run {printable(asked['from']['run_name'])})" if asked["from"]["run_name"] else ""
        return [f"{asked['alias']} is version {asked['from']['version']}{run}. Move it?"]
    if drawn["state"] == "working":
        return [f"{printable(step['what'])} …"]
    name = (drawn["form"] or {}).get("run_name")
    return [
        f"Register a model{f' of run {printable(name)}' if name else ''}",
        *map(printable, drawn["notes"]),
        "The form needs JupyterLab with nbtrack's extension. Without it, type `%track_register NAME`.",
    ]


def _html(drawn: Json) -> str:
    done = drawn["card"]
    if drawn["state"] != "done":
        return "".join(f"<div>{escape(line)}</div>" for line in _lines(drawn) if line)
    rows = "".join(
        f'<tr><th scope="row">{markup(name)}</th><td>{markup(value)}</td></tr>' for name, value in _rows(done)
    )
    notes = "".join(f"<div>{markup(note)}</div>" for note in done["notes"])
    compared = "".join(
        f'<tr><th scope="row">{markup(name)}</th>{"".join(f"<td>{markup(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in _compared(done)
    )
    notes = f"<table><tbody>{compared}</tbody></table>{notes}" if compared else notes
    code = escape("\n".join(_code(done)))
    return (
        f"<div><b>{escape(_head(done))}</b></div><table><tbody>{rows}</tbody></table>{notes}<pre>{code}</pre>"
    )


def _head(done: Json) -> str:
    aliases = "".join(f" @{alias}" for alias in done["aliases"])
    return printable(f"{done['name']} version {done['version']}{aliases}")


def _rows(done: Json) -> list[tuple[str, str]]:
    before = [
        f"{alias} was version {version}" for alias, version in done["replaced"].items() if version is not None
    ]
    found = [
        ("stage", done["stage"]),
        ("before", ", ".join(before)),
        ("run", done["run_name"] or done["run_id"]),
        ("URI", done["uri"]),
    ]
    return [(name, printable(value)) for name, value in found if value]


def _compared(done: Json) -> list[list[str]]:
    """Return what both score, a line for each metric, below a line of names."""
    lines = [
        [printable(row["metric"]), *("" if row[key] is None else f"{row[key]:.4g}" for key in _FIGURES)]
        for row in done["scores"]
    ]
    return [["metric", *_FIGURES], *lines] if lines else []


def _code(done: Json) -> list[str]:
    return [printable(line) for line in done["code"].splitlines()]


def _cut(value: Any, longest: int) -> Any:
    return f"{value[:longest]}…" if isinstance(value, str) and len(value) > longest else value
