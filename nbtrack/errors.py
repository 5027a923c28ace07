"""Everything nbtrack raises on purpose.

::

    NbtrackError            what happened, and in `hint` what to type next
    ├── NotFound            404: no such run, experiment, kernel …
    ├── Invalid             400: a value nbtrack can't use
    ├── Conflict            409: it changed meanwhile, or is in use
    └── StoreUnavailable    503: the store can't be read or written now
"""

from __future__ import annotations

from typing import ClassVar


class NbtrackError(Exception):
    """The base of nbtrack's errors.

    Parameters
    ----------
    message
        What happened, with the value that caused it, as one sentence.
    hint
        What to type or do next, as one sentence.
    """

    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback: the user's code is not at fault."""
        return [f"nbtrack: {line}" for line in (self.message, self.hint) if line]


class NotFound(NbtrackError):
    """Something named does not exist."""

    status = 404


class Invalid(NbtrackError):
    """A value that can't be used."""

    status = 400


class Conflict(NbtrackError):
    """The thing changed meanwhile, or is in use."""

    status = 409


class StoreUnavailable(NbtrackError):
    """The tracking store can't be read or written now."""

    status = 503
