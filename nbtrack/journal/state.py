"""How far the store has a journal: `sent.json`, written by its sender alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from nbtrack.journal.places import write

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "sent.json"


@dataclass(slots=True)
class Sent:
    """How far the store has a journal.

    Attributes
    ----------
    segment, offset
        All before this byte of this segment is stored, or was refused.
    stored, refused
        Number of records so far: in the store; set aside.
    open
        Runs that end with their kernel and have not ended yet, with the tracking URI of each.
    latest
        Timestamp of the latest point of each of them, in milliseconds.
    made
        Runs that the store has made later: the kernel's id of each, and the store's.
    error, since
        What is wrong with the store, "" while all is well; since when, in seconds since the epoch.
    """

    segment: int = 1
    offset: int = 0
    stored: int = 0
    refused: int = 0
    open: dict[str, str] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    error: str = ""
    since: float = 0.0

    def save(self, folder: Path) -> None:
        """Write it.

        Raises
        ------
        OSError
            If it can't be written.
        """
        path, text = folder / _NAME, json.dumps(asdict(self))
        try:
            write(path, text)
        except OSError:
            # The disk is full. What the file occupies can be written over; torn, it counts as unknown.
            with path.open("r+", encoding="utf-8") as file:
                file.write(text)
                file.truncate()


def sent(folder: Path) -> Sent:
    """Return how far a journal is stored; from its beginning, where nothing is known."""
    try:
        return Sent(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Sent()  # to send again changes nothing
