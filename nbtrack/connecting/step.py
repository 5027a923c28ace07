"""What comes of asking a store one thing."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.redact import redact
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from nbtrack.errors import NbtrackError

State = Literal["ok", "missing", "failed"]

_URI = re.compile(r"[A-Za-z][\w+.-]*://[^\s'\"<>`]+")
_LONGEST = 600  # characters of a sentence


@dataclass(frozen=True, slots=True)
class Said:
    """What a part of the check found.

    Attributes
    ----------
    sentence
        What is so; anybody's words may be in it.
    state
        «missing»: the store can be used, but lacks this, or does not tell.
    cure
        What to type or do next, as a sentence.
    last
        Whether nothing can be asked after it.
    """

    sentence: str
    state: State = "ok"
    cure: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a check, as it may be shown to anybody.

    Attributes
    ----------
    name
        «named», «reachable», «signed in», «version» or «capabilities».
    state
        «ok», «missing» or «failed».
    seconds
        How long it took.
    sentence, cure
        What is so, and what to type or do next; free of credentials.
    """

    name: str
    state: State
    seconds: float
    sentence: str
    cure: str = ""

    @classmethod
    def of(cls, name: str, seconds: float, said: Said) -> Step:
        """Return what was found as it may be shown."""
        return cls(name, said.state, round(seconds, 3), _safe(said.sentence), _safe(said.cure))

    def wire(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return asdict(self)


def failed(error: NbtrackError) -> Said:
    """Return one of nbtrack's errors as what was found."""
    return Said(error.message, "failed", error.hint, last=True)


def _safe(text: str) -> str:
    text = _URI.sub(lambda found: without_credentials(found[0]), " ".join(text.split()))
    text = redact(text) if text else text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
