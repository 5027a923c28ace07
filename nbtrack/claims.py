"""Who moves an alias, as a tag of the registered model says it; see `nbtrack.aliases`."""

from __future__ import annotations

import getpass
import json
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Claim:
    """Who moves an alias, or moved it last.

    Attributes
    ----------
    to
        The version; None if the alias is removed.
    at
        Milliseconds since the epoch.
    token
        Of this move: two processes may have the same name.
    """

    by: str
    to: str | None
    at: int
    token: str
    done: bool


def read(text: str | None) -> Claim | None:
    """Return the claim in a tag; None where there is none, or somebody else wrote the tag."""
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        found: Any = json.loads(text or "null")
        to = found["to"]
        return Claim(
            str(found["by"])[:200],
            None if to is None else str(to)[:20],
            int(found["at"]),
            str(found["token"]),
            bool(found["done"]),
        )
    return None


def me() -> str:
    """Return who this process is, for others."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know no user
        user = "somebody"
    return f"{user} on {socket.gethostname()} (process {os.getpid()})"
