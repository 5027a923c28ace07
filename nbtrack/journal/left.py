"""What waits in the journals of this machine, and sending it without the kernel that wrote it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbtrack.journal import places
from nbtrack.journal.format import record
from nbtrack.journal.reader import path_of, segments
from nbtrack.journal.sender import Busy, finish
from nbtrack.journal.state import Sent, sent
from nbtrack.journal.target import Away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Busy", "Waiting", "drain", "sweep", "waiting"]

_STORED = frozenset({"create", "metric", "param", "tag", "end"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a journal the store does not have yet.

    Attributes
    ----------
    records, bytes
        How much.
    runs
        Whose.
    oldest
        When the first of the points was logged, in seconds since the epoch; None where no point waits.
    """

    records: int
    runs: frozenset[str]
    bytes: int
    oldest: float | None


def waiting(folder: Path) -> Waiting:
    """Count what waits in a journal."""
    state = sent(folder)
    count, size, oldest = 0, 0, None
    runs: set[str] = set()
    for text in _lines(folder, state):
        found = record(text)
        size += len(text)
        if found is None or found[0] not in _STORED or len(found) < 3:  # noqa: PLR2004 - a kind and two more
            continue
        count += 1
        runs.add(str(found[1]))
        if found[0] == "metric" and len(found) > 4 and isinstance(found[4], int):  # noqa: PLR2004
            oldest = min(oldest or found[4], found[4])
    return Waiting(count, frozenset(runs), size, None if oldest is None else oldest / 1000)


def behind(folder: Path, state: Sent) -> int:
    """Return how many bytes of a journal the store does not have: quicker than counting."""
    total = 0
    for number in segments(folder):
        if number >= state.segment:
            with contextlib.suppress(OSError):
                total += path_of(folder, number).stat().st_size
    return max(0, total - state.offset)


def drain(folder: Path, told: Callable[[int, int], None] = lambda _done, _all: None) -> Sent:
    """Send a journal now, and return how far it came.

    Parameters
    ----------
    told
        Called with how many of the bytes that waited are stored, and with how many waited.

    Raises
    ------
    Away
        The store does not take it now.
    Busy
        Another process sends it: its kernel's own.
    """
    whole = behind(folder, sent(folder))
    last = sent(folder)

    def progress(_stored: int) -> None:
        nonlocal last
        last = sent(folder)
        told(max(0, whole - behind(folder, last)), whole)

    finish(folder, progress)
    return sent(folder) if folder.exists() else last


def sweep() -> int:
    """Send the journals that dead kernels left, and return how many are stored whole.

    For the background of a new kernel: whoever is busy or away is left to another time.
    """
    done = 0
    for folder in places.journals():
        if places.is_written(folder):
            continue
        with contextlib.suppress(Away, Busy, OSError):
            drain(folder)
            done += 1
    return done


def _lines(folder: Path, state: Sent) -> Iterator[bytes]:
    for number in segments(folder):
        if number < state.segment:
            continue
        with contextlib.suppress(OSError), path_of(folder, number).open("rb") as file:
            if number == state.segment:
                file.seek(state.offset)
            for text in file:
                if text.endswith(b"\n"):
                    yield text
