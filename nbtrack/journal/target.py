"""What the sender asks of a store, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nbtrack.journal.format import Batch, Create


class Away(Exception):
    """The store does not answer, is locked or full: the same call may go well later."""


class Refused(Exception):
    """The store will never take this: the run is deleted, the key is invalid, the param has another value."""


class Target(Protocol):
    """A store that batches are sent to.

    To send a batch again must change nothing: the process may be gone before it can note that it was stored.
    """

    def send(self, batch: Batch) -> None:
        """Store all of the batch, or none of it.

        Raises
        ------
        Away, Refused
            As they say.
        """

    def status(self, run_id: str) -> str | None:
        """Return the run's status (`RUNNING`, `FINISHED` …), None if the store has no such run.

        Raises
        ------
        Away
            As it says.
        """

    def close(self) -> None:
        """Let go of connections."""


class Maker(Protocol):
    """A store that makes runs which a kernel had to make without it."""

    def create(self, run_id: str, create: Create) -> str:
        """Return the id of the run in the store: of the one that an earlier attempt made, if there is one.

        Parameters
        ----------
        run_id
            The id that the kernel gave.

        Raises
        ------
        Away, Refused
            As they say.
        """
