"""How far a registration is, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """A step that is being taken.

    Parameters
    ----------
    what
        The step, in plain words.
    done, total
        Bytes moved and bytes to move; None where nobody can tell.
    """

    what: str
    done: int | None = None
    total: int | None = None
