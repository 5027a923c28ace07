"""One line of `nbtrack doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nbtrack.command.words import shown

if TYPE_CHECKING:
    from nbtrack.errors import NbtrackError


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes
    ----------
    mark
        «✓» it is well, «✗» it is not, «·» it was not checked.
    text
        The rest of the line.
    """

    mark: Literal["✓", "✗", "·"]
    text: str


def well(what: str) -> Finding:
    """Return that something is as it should be."""
    return Finding("✓", shown(what))


def wrong(what: str, command: str) -> Finding:
    """Return that something is not as it should be, and what to type."""
    return Finding("✗", f"{shown(what)} — type `{shown(command)}`")


def unknown(what: str) -> Finding:
    """Return that something was not checked."""
    return Finding("·", shown(what))


def trouble(error: NbtrackError) -> Finding:
    """Return one of nbtrack's errors, which say themselves what to do."""
    hint = error.hint or "See what it says."
    again = "" if "`" in hint else ", then type `nbtrack doctor` again"
    return Finding(
        "✗", f"{shown(error.message.rstrip('.'))} — {shown(hint[0].lower() + hint[1:].rstrip('.'))}{again}"
    )
