"""Waits for a tracking server as long as somebody is there, and a cell's allowance where nobody is.

MLflow asks a server that is away seven times, 120 s each. Here a thread asks, as MLflow would, and whoever
waits for it knocks at the server's door meanwhile::

    call ──▶ answered ─▶ as without nbtrack
     │ 0.25 s, knock
     ├─▶ the door is well: the question is a long one, and waits on
     └─▶ nobody there, and the allowance is spent ─▶ `Silent`, at once for all who ask until the door is well
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from nbtrack.errors import NbtrackError
from nbtrack.kernel.allowance import CELL_SECONDS
from nbtrack.kernel.sqlthread import Job
from nbtrack.store.door import Door, leads_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.allowance import Allowance

T = TypeVar("T")

_KNOCK_AFTER = 0.25
# Even a cell that has waited before gives a server that may be well this long to say so.
_LEAST = 0.5
# An answer that nothing stands in for may come late from a server that is starting, or has much to do.
_SLOW_SECONDS = 10.0
_LOOK_AGAIN = 1.0
_SILENT = "it did not answer in time"


class Silent(Exception):
    """Nobody answers there, and the cell has waited long enough."""


class Patience:
    """Has a thread ask, and waits for it.

    Parameters
    ----------
    allowance
        Of the running cell.
    """

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._has_door: dict[str, bool] = {}
        self._away: dict[str, str] = {}
        self._asking = threading.local()
        self._over = threading.Event()

    def stop(self) -> None:
        """Look after no server any more."""
        self._over.set()

    def call(
        self,
        uri: str,
        work: Callable[[], T],
        late: Callable[[T], None] | None = None,
        *,
        replaceable: bool = False,
    ) -> T:
        """Return what `work` returns or raise what it raises.

        Parameters
        ----------
        uri
            The server that `work` asks.
        late
            Called with what `work` has returned all the same, after `Silent`.
        replaceable
            Whether the cell can go on without the answer. Where it can't, a server that is merely silent is
            waited for longer: it may be slow.

        Raises
        ------
        Silent
            As it says; `work` may go on.
        """
        if uri not in self._has_door:
            self._has_door[uri] = leads_to(uri)
        if not self._has_door[uri] or getattr(self._asking, "now", False):
            return work()
        if uri in self._away:
            raise Silent(self._away[uri])
        job = Job(functools.partial(self._ask, work))
        threading.Thread(target=job.run, name="nbtrack-ask", daemon=True).start()
        if not job.done.wait(_KNOCK_AFTER):
            why = self._wait(job, uri, replaceable=replaceable)
            if why is not None:
                if late is not None:
                    threading.Thread(
                        target=_later, args=(job, late), name="nbtrack-late", daemon=True
                    ).start()
                self._note(uri, why)
                raise Silent(why)
        result: T = job.answer()
        return result

    def _ask(self, work: Callable[[], T]) -> T:
        self._asking.now = True
        return work()

    def _wait(self, job: Job, uri: str, *, replaceable: bool) -> str | None:
        """Wait for the answer; return why it is not worth waiting for, None when it is there."""
        limit = max(self._allowance.left, _LEAST)
        while True:
            began = time.monotonic()
            knock = _Knock(uri)
            if job.done.wait(limit - _KNOCK_AFTER):
                return None
            if knock.trouble is not None:
                if knock.silent and not replaceable and job.done.wait(_SLOW_SECONDS - limit):
                    return None
                self._allowance.spend(time.monotonic() - began + _KNOCK_AFTER)
                return knock.trouble
            limit = CELL_SECONDS  # somebody is there, and the question is a long one

    def _note(self, uri: str, why: str) -> None:
        if self._away.setdefault(uri, why) is why:
            threading.Thread(target=self._look_after, args=(uri,), name="nbtrack-server", daemon=True).start()

    def _look_after(self, uri: str) -> None:
        """Wait until the server is well."""
        while not self._over.wait(_LOOK_AGAIN):
            with contextlib.suppress(NbtrackError):
                Door(uri).check(silence_only=False)
                break
        self._away.pop(uri, None)


class _Knock:
    """Somebody who knocks, and what came of it: what is wrong there, None if nothing is."""

    def __init__(self, uri: str) -> None:
        self.trouble: str | None = _SILENT
        self.silent = True
        # A door of its own: what another has just heard may be of a time before.
        self._door = Door(uri)
        threading.Thread(target=self._ask, name="nbtrack-knock", daemon=True).start()

    def _ask(self) -> None:
        try:
            self._door.check(silence_only=False)
            self.trouble = None
        except NbtrackError as why:
            self.trouble = why.message
            with contextlib.suppress(NbtrackError):
                self._door.check(silence_only=True)
                self.silent = False


def _later(job: Job, late: Callable[[Any], None]) -> None:
    job.done.wait()
    with contextlib.suppress(Exception):  # it has failed, and nobody waits for it
        late(job.answer())
