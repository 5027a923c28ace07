"""What goes wrong with a store, as nbtrack's errors: one sentence that says which it is, and what to do."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Conflict, Invalid, NbtrackError, NotFound, StoreUnavailable
from nbtrack.uris import readable

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOGIN = (
    "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, where Jupyter is "
    "started, and restart it."
)
_REFUSED = {"PERMISSION_DENIED", "UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED"}
_MISSING = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "ENDPOINT_NOT_FOUND"}
_WRONG = {"INVALID_PARAMETER_VALUE", "BAD_REQUEST", "MALFORMED_REQUEST"}
_TAKEN = {"RESOURCE_ALREADY_EXISTS", "INVALID_STATE", "RESOURCE_CONFLICT", "ALREADY_EXISTS"}
# What libraries say, what that means, and what to do; the first that fits.
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
_SET = re.compile(r"\{('[^{}]*)\}")
_LONGEST = 500  # characters of a library's own words


class LoginNeeded(StoreUnavailable):
    """The server refuses who asks."""


class Starting(StoreUnavailable):
    """MLflow is still being loaded: the same call works in a moment."""


class Changed(Conflict):
    """Somebody else changed it meanwhile.

    Parameters
    ----------
    current
        What the store has now, by the names that the caller expected.
    """

    def __init__(self, message: str, *, hint: str, current: Mapping[str, str | None]) -> None:
        super().__init__(message, hint=hint)
        self.current = dict(current)


def body_of(error: NbtrackError) -> dict[str, Any]:
    """Return an error as it crosses the wire."""
    name = "Conflict" if isinstance(error, Changed) else type(error).__name__
    body: dict[str, Any] = {
        "message": error.message,
        "hint": error.hint,
        "code": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(),
        "status": error.status,
    }
    if isinstance(error, Changed):
        body["current"] = error.current
    return body


def understood(error: Exception, uri: str) -> NbtrackError | None:
    """Return nbtrack's error for one of SQLite, the system, MLflow or the network; None for any other."""
    if isinstance(error, NbtrackError):
        return error
    store = readable(uri)
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, store)
    if isinstance(error, OSError) and not type(error).__module__.startswith("requests"):
        why = error.strerror or type(error).__name__
        return StoreUnavailable(f"{store} can't be read: {why}.", hint="Its disk may be stalled or full.")
    if type(error).__module__.partition(".")[0] in {"mlflow", "requests", "urllib3", "sqlalchemy"}:
        return _of_mlflow(error, store)
    return None


def unanswered(words: str, uri: str) -> NbtrackError:
    """Return the error for what came of asking a server, in a library's words, such as «timed out»."""
    return _of_mlflow(ConnectionError(words), readable(uri))


def plain(text: str) -> str:
    """Return a message of MLflow's in a steady form: its sets come in another order each time."""
    text = _SET.sub(lambda found: ", ".join(sorted(found[1].replace("'", "").split(", "))), text)
    text = " ".join(text.split()).removeprefix("INVALID_PARAMETER_VALUE: ")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _of_sqlite(error: sqlite3.Error, store: str) -> NbtrackError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT:
        return StoreUnavailable(
            f"{store} took too long to read.", hint="Ask for less: fewer experiments, or no filter by text."
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreUnavailable(
            f"{store} is locked: another process has been writing to it for seconds.", hint="Try again."
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreUnavailable(f"{store} is damaged: {error}.", hint="Put a copy of the file in its place.")
    return StoreUnavailable(f"{store} can't be read: {error}.", hint="Look at the file and its folder.")


def _of_mlflow(error: Exception, store: str) -> NbtrackError:
    code, text = str(getattr(error, "error_code", "")), str(error)
    if code in _REFUSED or re.search(r"\b40[13]\b.*(?:error|Unauthorized|Forbidden)|error code 40[13]", text):
        return LoginNeeded(f"{store} asks for a login that it did not get.", hint=_LOGIN)
    if code in _MISSING:
        return NotFound(plain(text), hint="It may have been deleted for good.")
    if code in _WRONG:
        return Invalid(plain(text))
    if code in _TAKEN:
        return Conflict(plain(text))
    return _unreachable(error, store, text)


def _unreachable(error: Exception, store: str, text: str) -> NbtrackError:
    status = re.search(r"error code (\d{3})|too many (\d{3}) error", text)
    if status is not None:
        said = status[1] or status[2]
        return StoreUnavailable(f"{store} answered with an error ({said}).", hint="Its log says more.")
    for pattern, what, hint in _TROUBLES:
        if re.search(pattern, text, re.IGNORECASE):
            return StoreUnavailable(f"{store} {what}.", hint=hint)
    return StoreUnavailable(f"{store} could not do it ({type(error).__name__}).", hint="Its log says more.")
