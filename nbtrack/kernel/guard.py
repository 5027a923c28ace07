"""Hooks never raise: a fault of nbtrack's must not reach the user's cell."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

FAULTS_ALLOWED = 3


class Guard:
    """Runs nbtrack's hooks, swallows their faults, and switches them off after three.

    Parameters
    ----------
    on_trip
        Called once, with the third exception, when the guard switches its hooks off.
    """

    def __init__(self, on_trip: Callable[[Exception], None]) -> None:
        self._on_trip = on_trip
        self.faults = 0

    @property
    def tripped(self) -> bool:
        """Whether the hooks are off."""
        return self.faults >= FAULTS_ALLOWED

    def __call__(self, hook: Callable[P, T], otherwise: T) -> Callable[P, T]:
        """Return `hook` guarded: it answers `otherwise` when it fails or is switched off."""

        @functools.wraps(hook)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            if self.faults >= FAULTS_ALLOWED:
                return otherwise
            try:
                return hook(*args, **kwargs)
            except Exception as fault:  # noqa: BLE001 - this is what a guard is for
                self.swallow(hook.__name__, fault)
                return otherwise

        return guarded

    def swallow(self, name: str, fault: Exception) -> None:
        """Count a fault of the hook of this name."""
        self.faults += 1
        _log.debug("nbtrack's %s failed", name, exc_info=True)
        if self.faults == FAULTS_ALLOWED:
            self._on_trip(fault)
