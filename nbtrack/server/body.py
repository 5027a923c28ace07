"""The JSON body of a request, checked field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST = 1 << 20  # bytes; parsing more would be felt in the event loop


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field must be: in words for who sent another, and as a test."""

    words: str
    holds: Callable[[object], bool]


TEXT = Kind("a text", lambda value: isinstance(value, str))
TEXT_OR_NULL = Kind("a text or null", lambda value: value is None or isinstance(value, str))
TEXTS = Kind(
    "a list of texts",
    lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
)
TEXTS_OR_NULL = Kind("a list of texts or null", lambda value: value is None or TEXTS.holds(value))
LISTS_BY_NAME = Kind(
    "an object of lists of texts",
    lambda value: isinstance(value, dict) and all(TEXTS.holds(item) for item in value.values()),
)
TEXTS_BY_NAME = Kind(
    "an object of texts and nulls",
    lambda value: isinstance(value, dict) and all(TEXT_OR_NULL.holds(item) for item in value.values()),
)


def read(raw: bytes, kinds: Mapping[str, Kind], *needed: str) -> dict[str, Any]:
    """Return the fields of a JSON object.

    Parameters
    ----------
    raw
        The request's body.
    kinds
        What each field that may be there must be.
    needed
        Fields that must be there.

    Raises
    ------
    Invalid
        If it is no JSON object, or a field is unknown, missing or of another kind.
    """
    known = f"Its fields: {', '.join(kinds)}."
    if len(raw) > LARGEST:
        raise Invalid(f"The body has {len(raw)} bytes, more than {LARGEST}.", hint="Send less at a time.")
    try:
        fields = json.loads(raw)
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode("utf-8")  # nor half a character
    except (ValueError, RecursionError):
        raise Invalid("The body is not JSON.", hint=known) from None
    if not isinstance(fields, dict):
        raise Invalid("The body is not a JSON object.", hint=known)
    for name, value in fields.items():
        if name not in kinds:
            raise Invalid(f"There is no field {name[:80]!r}.", hint=known)
        if not kinds[name].holds(value):
            raise Invalid(f"`{name}` must be {kinds[name].words}.", hint=f"It is {json.dumps(value)[:80]}.")
    for name in needed:
        if name not in fields:
            raise Invalid(f"`{name}` is missing.", hint=known)
    return fields
