"""What goes wrong while a model is registered: what happened, how far it got, and what to type."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from nbtrack.errors import Conflict, NbtrackError, StoreUnavailable
from nbtrack.store.faults import Changed, LoginNeeded, understood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.comparing.source import Source


class Work(Protocol):
    """How far a registration is."""

    uncertain: bool
    version: str | None


class Refused(LoginNeeded):
    """The server knows who asks, and does not let them."""

    status = 403


@contextmanager
def told(source: Source, name: str, work: Work) -> Iterator[None]:
    """Raise whatever happens as one of nbtrack's errors, with how far the registration got."""
    try:
        yield
    except Exception as error:
        found = _plain(error, source)
        if found is None:
            raise
        if isinstance(found, Changed) and work.version is not None:
            raise _not_moved(found, name, work.version) from error
        if isinstance(found, StoreUnavailable):
            raise _far(found, name, work) from error
        if found is error:
            raise
        raise found from error


def _plain(error: Exception, source: Source) -> NbtrackError | None:
    for one in _chain(error):
        if _is_forbidden(one):
            return Refused(
                f"{source.name} does not let you do this: it answered «forbidden» (403).",
                hint="Ask whoever runs it for the right to write models, or log in as somebody who has it.",
            )
    return understood(error, source.uri)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from, at most a few."""
    one: BaseException | None = error
    for _ in range(5):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__


def _is_forbidden(error: BaseException) -> bool:
    if getattr(error, "error_code", None) == "PERMISSION_DENIED":
        return True
    return type(error).__module__.startswith(("mlflow", "requests")) and bool(
        re.search(r"error code 403|\b403 Client Error", str(error))
    )


def _far(error: StoreUnavailable, name: str, work: Work) -> StoreUnavailable:
    if work.version is not None:
        state = f"Version {work.version} of {name} is there, but maybe not all that belongs to it."
    elif work.uncertain:
        state = f"Nobody knows whether {name} has the new version."
    else:
        state = "Nothing is registered."
    again = "Then type the same again: it goes on where it was."
    return type(error)(f"{error.message} {state}", hint=f"{error.hint} {again}".strip())


def _not_moved(error: Changed, name: str, version: str) -> Conflict:
    return Changed(
        error.message,
        hint=f"Version {version} of {name} is registered without that alias. Look at the other version, "
        "and type the same again to take the alias from it.",
        current=error.current,
    )
