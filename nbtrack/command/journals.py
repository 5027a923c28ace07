"""The journals of this machine, each with what of it the store does not have yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbtrack.command.words import many, name_of, shown

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.journal.left import Waiting
    from nbtrack.journal.places import Kernel
    from nbtrack.journal.state import Sent


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to say about one journal.

    Attributes
    ----------
    folder, kernel, sent, waiting
        As the journal has them.
    is_alive
        Whether its kernel may still write to it.
    """

    folder: Path
    kernel: Kernel | None
    is_alive: bool
    sent: Sent
    waiting: Waiting

    @property
    def name(self) -> str:
        """Whose journal it is, fit for a terminal."""
        return name_of(self.kernel, self.folder.name)

    @property
    def is_left(self) -> bool:
        """Whether there is something to send: records, or the end of runs whose kernel is gone."""
        return bool(self.waiting.records) or self.ends

    @property
    def ends(self) -> bool:
        """Whether runs of a kernel that is gone are still to be ended."""
        return not self.is_alive and bool(self.sent.open or self.waiting.bytes)

    @property
    def oldest(self) -> float | None:
        """Return when the oldest record that waits was logged; no record is older than its journal.

        A point may bear any time that the user gives it.
        """
        if not self.waiting.records:
            return None
        begun = self.kernel.since if self.kernel is not None else 0.0
        return max(begun, self.waiting.oldest or begun) or None

    @property
    def refused(self) -> Path:
        """The file of what the store refused for good."""
        return self.folder / "refused.jsonl"

    @property
    def refusal(self) -> str:
        """Say what was refused, and where to see why."""
        records = many(self.sent.refused, "record")
        return f"{records} refused by the store for good, and why: {shown(str(self.refused))}"

    @property
    def error(self) -> str:
        """What is wrong with the store, fit for a terminal; "" while all is well."""
        return shown(self.sent.error)


def looks() -> list[Look]:
    """Look at each journal, the oldest first; one that is removed meanwhile is stored whole."""
    from nbtrack.journal.places import journals

    return [one for one in map(look, journals()) if one is not None]


def look(folder: Path) -> Look | None:
    """Look at one journal; None where it is gone."""
    from nbtrack.journal.left import waiting
    from nbtrack.journal.places import is_written, kernel_of
    from nbtrack.journal.state import sent

    is_alive = is_written(folder)
    found = Look(folder, kernel_of(folder), is_alive, sent(folder), waiting(folder))
    return found if folder.is_dir() else None
