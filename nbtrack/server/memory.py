"""The last good answers of the stores, for when one does not answer."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.server.frames import Answer

MOST = 64
LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer, and when the store gave it, in milliseconds since the epoch."""

    answer: Answer
    at: int


class Memory:
    """Answers by store, call and arguments; the longest unused goes first.

    Parameters
    ----------
    most
        Answers.
    largest
        Bytes of all bodies together.
    """

    def __init__(self, most: int = MOST, largest: int = LARGEST) -> None:
        self._most = most
        self._largest = largest
        self._kept: OrderedDict[bytes, Remembered] = OrderedDict()
        self._size = 0

    def keep(self, uri: str, call: str, args: Mapping[str, Any], answer: Answer, at: int) -> None:
        """Remember an answer in the place of the one before."""
        key = _key(uri, call, args)
        self._forget(key)
        self._kept[key] = Remembered(answer, at)
        self._size += len(answer.body)
        while self._size > self._largest or len(self._kept) > self._most:
            self._forget(next(iter(self._kept)))

    def recall(self, uri: str, call: str, args: Mapping[str, Any]) -> Remembered | None:
        """Return the last good answer, or None."""
        key = _key(uri, call, args)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def _forget(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= len(gone.answer.body)


def _key(uri: str, call: str, args: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps([uri, call, args], sort_keys=True).encode()).digest()
