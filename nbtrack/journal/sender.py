"""The process that brings one kernel's journal to the store, and ends its runs when the kernel is gone."""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
from typing import TYPE_CHECKING

import filelock

from nbtrack.journal import places
from nbtrack.journal.delivery import REFUSED, Delivery
from nbtrack.journal.format import Batch, End
from nbtrack.journal.models import Models
from nbtrack.journal.postponed import refused, waiting
from nbtrack.journal.target import Away, Refused
from nbtrack.tags import REPAIRED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_log = logging.getLogger(__name__)

LOCK = "sender.lock"
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
KEEP_SECONDS = 1.0
# How long a sender whose kernel is gone tries a store that is away; the journal then waits for another.
LEFT_SECONDS = 600.0
DIED = "kernel-died"


class Busy(Exception):
    """Another process sends this journal."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one who sends a journal as long as this lasts.

    Raises
    ------
    Busy
        If somebody does already.
    """
    lock = filelock.FileLock(folder / LOCK, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Busy(f"another process sends {folder.name}") from None
    try:
        yield
    finally:
        lock.release()


def drain(delivery: Delivery, told: Callable[[], None] = lambda: None) -> None:
    """Send all that is written by now.

    What a loop logs meanwhile is left to the next look: else every few points would have a transaction of
    their own, and the sender a third of a core.

    Raises
    ------
    Away
        The store does not take it now.
    """
    written = delivery.written()
    while delivery.stored() < written and delivery.step():
        told()


def serve(folder: Path, pause: Callable[[float], bool]) -> None:
    """Send what comes as long as the kernel lives, then what is left, and remove the journal.

    Parameters
    ----------
    pause
        Waits so many seconds, less when there is reason to hurry; returns whether the kernel may still live.
    """
    with alone(folder):
        delivery = Delivery(folder)
        try:
            _serve(delivery, pause)
        finally:
            delivery.close()


def _serve(delivery: Delivery, pause: Callable[[float], bool]) -> None:
    wait, kept, deadline = FIRST_PAUSE, 0.0, 0.0
    alive = True
    models = Models(delivery)
    while True:
        try:
            was_alive = alive
            drain(delivery)
            left = models.tend()
            if not was_alive:  # seen before the last look: nothing can have come since
                farewell(delivery)
                if not left:
                    return
            wait = FIRST_PAUSE
        except Away as why:
            _log.debug("the store is away: %s", why)
            wait = min(wait * 2, LONGEST_PAUSE)
        if time.monotonic() - kept > KEEP_SECONDS:
            delivery.keep()
            kept = time.monotonic()
        alive = pause(wait)
        if not alive:
            deadline = deadline or time.monotonic() + LEFT_SECONDS
            if time.monotonic() > deadline or not delivery.folder.is_dir():
                return
            if not was_alive:
                time.sleep(wait)  # nobody is there to hurry us


def farewell(delivery: Delivery) -> None:
    """End the runs that a kernel that is gone left open, and remove its journal.

    Raises
    ------
    Away
        The store does not take it now.
    """
    for run_id, uri in list(delivery.sent.open.items()):
        try:
            real = delivery.real(run_id)
            if delivery.target(uri).status(real) == "RUNNING":
                end_time = delivery.sent.latest.get(run_id) or int(time.time() * 1000)
                end = End("KILLED", end_time, None)
                delivery.target(uri).send(Batch(real, tags=[(REPAIRED, DIED)], end=end))
        except Refused as why:
            _log.debug("run %s can't be ended: %s", run_id, why)
        except Away as why:
            delivery.trouble(str(why))
            raise
        del delivery.sent.open[run_id]
    delivery.note()
    kept = (delivery.folder / REFUSED).exists() or refused(delivery.folder)
    if not kept and not waiting(delivery.folder):
        shutil.rmtree(delivery.folder, ignore_errors=True)


def finish(folder: Path, told: Callable[[int], None] = lambda _: None) -> None:
    """Send what is left of a journal now; if its kernel is gone, end its runs and remove it.

    Parameters
    ----------
    told
        Called with the number of records stored so far.

    Raises
    ------
    Away
        The store does not take it now.
    Busy
        Another process sends it.
    """
    with alone(folder):
        written = places.is_written(folder)
        delivery = Delivery(folder)
        try:
            drain(delivery, lambda: told(delivery.sent.stored))
            Models(delivery).finish()
            if not written:
                farewell(delivery)
        finally:
            delivery.close()
