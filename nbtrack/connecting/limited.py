"""Work that may stall, such as a disk or a network: waited for only so long."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Silent(Exception):
    """It took too long."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what comes of work; what stalls is left to its thread.

    Raises
    ------
    Silent
        If nothing has come of it in time.
    Exception
        What the work raises.
    """
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - raised again by who waits
            errors.append(error)

    thread = threading.Thread(target=run, name="nbtrack-check", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise Silent
    return answers[0]
