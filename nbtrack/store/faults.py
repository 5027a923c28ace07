"""What goes wrong with a store, as nbtrack's errors: one sentence that says which it is, and what to do."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any, TypeVar

from nbtrack.errors import Conflict, Invalid, NbtrackError, NotFound, StoreUnavailable
from nbtrack.troubles import FORBIDDEN, LOGIN, trouble_of
from nbtrack.uris import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_REFUSED = {"PERMISSION_DENIED": FORBIDDEN, "UNAUTHENTICATED": LOGIN, "CUSTOMER_UNAUTHORIZED": LOGIN}
_MISSING = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "ENDPOINT_NOT_FOUND"}
_WRONG = {"INVALID_PARAMETER_VALUE", "BAD_REQUEST", "MALFORMED_REQUEST"}
_TAKEN = {"RESOURCE_ALREADY_EXISTS", "INVALID_STATE", "RESOURCE_CONFLICT", "ALREADY_EXISTS"}
# Of two that write the same new thing at the same moment, MLflow lets its database refuse one.
_COLLIDED = re.compile(r"UNIQUE (?:constraint|KEY)|UniqueViolation|duplicate (?:entry|key)", re.IGNORECASE)
_STATEMENT = "[SQL:"  # SQLAlchemy's words end here, and what it was about to write follows
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


class Collided(Conflict):
    """Somebody else wrote the same at the same moment; writing it again works."""


def body_of(error: NbtrackError) -> dict[str, Any]:
    """Return an error as it crosses the wire."""
    name = "Conflict" if isinstance(error, Conflict) else type(error).__name__
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


def twice(write: Callable[[], T], uri: str) -> T:
    """Write; once more where somebody else wrote the same at the same moment."""
    try:
        return write()
    except Exception as error:
        if not isinstance(understood(error, uri), Collided):
            raise
    return write()


def unanswered(words: str, uri: str) -> NbtrackError:
    """Return the error for what came of asking a server, in a library's words, such as «timed out»."""
    return _of_mlflow(ConnectionError(words), readable(uri))


def plain(text: str) -> str:
    """Return a message of MLflow's in a steady form: its sets come in another order each time."""
    text = _SET.sub(lambda found: ", ".join(sorted(found[1].replace("'", "").split(", "))), text)
    text = " ".join(text.partition(_STATEMENT)[0].split()).removeprefix("INVALID_PARAMETER_VALUE: ")
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
    said = text.partition(_STATEMENT)[0]
    trouble = _REFUSED.get(code) or trouble_of(said)
    if trouble in {LOGIN, FORBIDDEN}:
        return LoginNeeded(f"{store} {trouble.what}.", hint=trouble.cure)
    if code in _MISSING:
        return NotFound(plain(text), hint="It may have been deleted for good.")
    if code in _TAKEN:
        return Conflict(plain(text))
    if _COLLIDED.search(text):
        return Collided(f"Somebody else wrote the same to {store} at the same moment.", hint="Try again.")
    if code in _WRONG and _STATEMENT not in text:
        return Invalid(plain(text))
    what, cure = trouble or (f"could not do it ({type(error).__name__})", "Its log says more.")
    return StoreUnavailable(f"{store} {what}.", hint=cure)
