"""What libraries say when a store can't be used: what that means, and what to do."""

from __future__ import annotations

import re
from typing import NamedTuple


class Trouble(NamedTuple):
    """What is wrong with a store, as a sentence that its name begins; what to do about it."""

    what: str
    cure: str


LOGIN = Trouble(
    "asks for a login that it did not get",
    "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, where Jupyter is "
    "started, and restart it.",
)
_STATUS = re.compile(r"error code (\d{3})|too many (\d{3}) error")
_LOGINS = re.compile(r"\b40[13]\b.*(?:error|Unauthorized|Forbidden)|error code 40[13]")
# The first that fits.
_TROUBLES = (
    (r"database is locked", "is locked by another process", "Try again."),
    (r"readonly database", "can't be written by this user", "Ask who owns the file."),
    (
        r"out-of-date database schema",
        "was made by another version of MLflow",
        "Type `mlflow db upgrade` with its URI.",
    ),
    (r"timed? ?out", "is there but does not answer", "It may be overloaded, or stopped."),
    (
        r"RemoteDisconnected|Connection aborted|IncompleteRead|Connection broken|Expecting value",
        "broke off in the middle of its answer",
        "It may be starting or ending.",
    ),
    (
        r"NameResolution|getaddrinfo|Name or service",
        "can't be found: its host has no address",
        "Check the name of the host.",
    ),
    (r"connection|refused|unreachable", "can't be reached: nothing answers there", "Start it."),
)


def trouble_of(words: str) -> Trouble | None:
    """Return what a library's words about a store mean; None if that is not known."""
    if _LOGINS.search(words):
        return LOGIN
    status = _STATUS.search(words)
    if status is not None:
        return Trouble(f"answered with an error ({status[1] or status[2]})", "Its log says more.")
    for pattern, what, cure in _TROUBLES:
        if re.search(pattern, words, re.IGNORECASE):
            return Trouble(what, cure)
    return None
