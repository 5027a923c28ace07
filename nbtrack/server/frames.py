"""The wire between the server and the process that reads a store: JSON lines there, framed answers back.

::

    {"id": 1, "call": "runs", "args": {…}}⏎
    {"id": 1, "ok": true, "etag": "…", "size": N}⏎  N bytes
    {"id": 2, "ok": false, "size": N}⏎              N bytes of {"message", "hint", "code", "status", …}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_HEADER = 1 << 16
_LARGEST = 1 << 26  # bytes; no call answers more, so a larger number is a broken frame


class Broken(Exception):
    """The process wrote what is no answer."""


class Refused(Exception):
    """A store's process answered with an error: a status of HTTP, and the body for the browser."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body.get("message", "")))
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Answer:
    """What a store's process answered.

    Attributes
    ----------
    body
        JSON as UTF-8, or the bytes of an artifact.
    etag
        Equal for equal bodies; None where the process gave none.
    content_type, name
        Of an artifact, else None.
    """

    body: bytes
    etag: str | None = None
    content_type: str | None = None
    name: str | None = None


def encode(message: Mapping[str, Any]) -> bytes:
    """Return one line of JSON.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(message, allow_nan=False).encode("ascii") + b"\n"


def read(stream: IO[bytes]) -> tuple[int, Answer | Refused] | None:
    """Wait for one answer and return it with the id of its call; None at the end of the stream.

    Raises
    ------
    Broken
        If what comes is not an answer, or ends in its middle.
    """
    line = stream.readline(_LONGEST_HEADER)
    if not line:
        return None
    try:
        header = json.loads(line)
        number, size, fine = int(header["id"]), int(header["size"]), bool(header["ok"])
        if not 0 <= size <= _LARGEST:
            raise Broken(f"a size of {size}")
        body = stream.read(size)
        if len(body) < size:
            return None  # the process died while it wrote
        return number, _answer(header, body) if fine else _refused(json.loads(body))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Broken(type(error).__name__) from error


def _answer(header: Mapping[str, Any], body: bytes) -> Answer:
    texts = {name: header.get(name) for name in ("etag", "content_type", "name")}
    return Answer(body, **{name: value if isinstance(value, str) else None for name, value in texts.items()})


def _refused(body: Mapping[str, Any]) -> Refused:
    status = int(body["status"])
    if not 400 <= status <= 599:  # noqa: PLR2004 - HTTP's errors
        raise Broken(f"a status of {status}")
    return Refused(status, {key: value for key, value in body.items() if key != "status"})
