"""How a piece of work ended, as MLflow spells it, and why."""

from __future__ import annotations

import re

from nbtrack import tags
from nbtrack.redact import redact

MESSAGE_CHARS = 500
_DRIVER = re.compile(r"\(\w+\.\w*Error\) (.+)")


def status_of(error: BaseException | None) -> str:
    """Return the status of a run that `error` ended: FINISHED without one, KILLED for an interrupt."""
    from asyncio import CancelledError

    if error is None:
        return "FINISHED"
    # ipykernel turns an interrupt of an `await` into CancelledError.
    return "KILLED" if isinstance(error, KeyboardInterrupt | CancelledError) else "FAILED"


def exception_tags(error: BaseException | None) -> dict[str, str]:
    """Return the tags that tell why a run ended, {} where no exception did it."""
    if error is None:
        return {}
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - a user's __str__ may do anything
        message = ""
    return {
        tags.EXCEPTION_TYPE: type(error).__name__,
        tags.EXCEPTION_MESSAGE: redact(message[: 4 * MESSAGE_CHARS])[:MESSAGE_CHARS],
    }


def cause(error: BaseException) -> str:
    """Return what an error says in one line; of a database's, what the database itself said."""
    text = str(error).strip()
    driver = _DRIVER.search(text)
    return driver[1] if driver else text.partition("\n")[0] or type(error).__name__
