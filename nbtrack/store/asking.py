"""Making a call by its name: whatever goes wrong comes out as one of nbtrack's errors."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid, NbtrackError
from nbtrack.store.calls import CALLS
from nbtrack.store.faults import understood

if TYPE_CHECKING:
    from nbtrack.store.opened import Store

_log = logging.getLogger("nbtrack.store")


class Fault(NbtrackError):
    """A fault of nbtrack's own."""


def ask(store: Store, name: str, arguments: dict[str, Any]) -> object:
    """Make a call and return what it returns; see `calls.CALLS`.

    Raises
    ------
    NbtrackError
        And nothing else.
    """
    try:
        return _made(store, name, arguments)
    except Exception as error:
        found = understood(error, store.uri)
        if found is None:
            _log.exception("the call %s failed", name)
            # The error's text may quote a URI with credentials.
            found = Fault(
                f"nbtrack failed to read the store: {type(error).__name__}.",
                hint="The log of the Jupyter server says more.",
            )
        raise found from error


def _made(store: Store, name: str, arguments: dict[str, Any]) -> object:
    work = CALLS.get(name)
    if work is None:
        raise Invalid(f"There is no call {name!r}.", hint=f"There are {', '.join(CALLS)}.")
    try:
        inspect.signature(work).bind(store, **arguments)
    except TypeError as error:
        raise Invalid(f"The call {name} can't be made: {error}.") from error
    return work(store, **arguments)
