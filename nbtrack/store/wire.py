"""Answers as they cross the pipe: a line of JSON that says how long the body is, and the body."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbtrack.store.faults import body_of

if TYPE_CHECKING:
    from typing import BinaryIO

    from nbtrack.errors import NbtrackError


@dataclass(frozen=True, slots=True)
class Bytes:
    """An answer that is no JSON: the content of an artifact."""

    content: bytes
    content_type: str
    name: str


class Answers:
    """The near end of the pipe. Safe for threads: an answer goes out whole."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._one_at_a_time = threading.Lock()

    def send(self, call_id: Any, answer: object) -> None:
        """Send what a call returned."""
        if isinstance(answer, Bytes):
            body, more = answer.content, {"content_type": answer.content_type, "name": answer.name}
        else:
            body, more = _json(answer), {}
        etag = hashlib.blake2b(body, digest_size=12).hexdigest()
        self._send({"id": call_id, "ok": True, "etag": etag, "size": len(body), **more}, body)

    def fail(self, call_id: Any, error: NbtrackError) -> None:
        """Send an error."""
        body = _json(body_of(error))
        self._send({"id": call_id, "ok": False, "size": len(body)}, body)

    def _send(self, header: dict[str, Any], body: bytes) -> None:
        with self._one_at_a_time:
            self._pipe.write(_json(header) + b"\n" + body)
            self._pipe.flush()


def _json(value: object) -> bytes:
    # Half a surrogate pair, from a store that never checked its text, would not be UTF-8.
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
