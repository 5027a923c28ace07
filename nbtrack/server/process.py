"""The process of one store as the routes see it: deadlines, few calls at a time, a new one for a stuck one.

::

    ask ──▶ a slot of six ──▶ line to the child ──▶ its answer
     │ MLflow is loading ───▶ the same call again, a moment later
     │ deadline passed ─────▶ StoreUnavailable; still no answer later ─▶ the child is ended
     │ child ended ─────────▶ a read is asked again, once, of a new child; a write is not
     └ ended twice or more in a row ─▶ no new child for 1, 2, 4 … 15 s
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import TYPE_CHECKING, Any

from nbtrack.errors import StoreUnavailable
from nbtrack.server.child import Child
from nbtrack.server.frames import Refused
from nbtrack.uris import readable

if TYPE_CHECKING:
    from asyncio import Future, TimerHandle
    from collections.abc import Mapping
    from pathlib import Path

    from nbtrack.server.frames import Answer

DEADLINE = 5.0
"""Seconds that a call may take."""
SLOTS = 6
"""Calls in flight; the process has a thread for each."""
STUCK = 6.0
"""Seconds after a missed deadline until the process counts as stuck."""
LOADING = 30.0
"""Seconds that a new process is given: MLflow's import takes most of them on a busy machine."""
IDLE = 600.0
"""Seconds without a call until the process is ended."""
_LONGEST_PAUSE = 15.0
_AGAIN = 0.2  # seconds between two tries while MLflow loads
_UNSURE = "The change may or may not be in the store: look before you try again."


class Ended(Exception):
    """The process ended before it answered."""


class StoreProcess:
    """What answers calls about one store. Used from the event loop only.

    Parameters
    ----------
    uri
        The store; it may hold credentials.
    root
        Folder that Jupyter serves, absolute.
    """

    def __init__(self, uri: str, root: Path) -> None:
        self._uri = uri
        self._root = root
        self._child: Child | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Answer]] = {}
        self._overdue: set[int] = set()
        self._slots = asyncio.Semaphore(SLOTS)
        self._strikes = 0
        self._not_before = 0.0
        self._idle: TimerHandle | None = None
        self.used = 0.0
        self.closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the child, or None where none runs."""
        return None if self._child is None else self._child.pid

    @property
    def busy(self) -> bool:
        """Whether a call waits for its answer."""
        return bool(self._waiting)

    @property
    def running(self) -> bool:
        """Whether there is a child."""
        return self._child is not None

    async def ask(
        self,
        call: str,
        args: Mapping[str, Any],
        *,
        deadline: float | None = None,
        again: bool,
        loading: float | None = None,
    ) -> Answer:
        """Have the store's process answer a call.

        Parameters
        ----------
        call, args
            A name of `nbtrack.store.calls.CALLS` and its keyword arguments.
        deadline
            Seconds; `DEADLINE` if None.
        again
            Whether to ask a second time when the process ends meanwhile. True for reads only.
        loading
            Seconds to go on asking while MLflow is being loaded; `LOADING` if None.

        Raises
        ------
        Refused
            If the process answers with an error.
        StoreUnavailable
            If it does not answer in time, or ends.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + (LOADING if loading is None else loading)
        while True:
            try:
                return await self._in_time(
                    call, args, DEADLINE if deadline is None else deadline, again=again
                )
            except Refused as error:
                if error.body.get("code") != "starting" or clock() > until:
                    raise
            await asyncio.sleep(_AGAIN)

    def close(self) -> None:
        """End the child and fail what waits."""
        self.closed = True
        self._drop()

    def kill(self) -> None:
        """End the child and nothing else."""
        if self._child is not None:
            self._child.end()

    async def _in_time(self, call: str, args: Mapping[str, Any], seconds: float, *, again: bool) -> Answer:
        store = readable(self._uri)
        try:
            async with asyncio.timeout(seconds):
                return await self._in_turn(call, args, again=again)
        except TimeoutError:
            raise StoreUnavailable(
                f"{store} has not answered for {seconds:g} seconds.",
                hint="nbtrack goes on trying; look whether the server or the disk is up."
                if again
                else _UNSURE,
            ) from None
        except Ended:
            raise StoreUnavailable(
                f"The process that reads {store} ended before it answered.",
                hint="It is started again with the next request." if again else _UNSURE,
            ) from None

    async def _in_turn(self, call: str, args: Mapping[str, Any], *, again: bool) -> Answer:
        async with self._slots:
            try:
                return await self._exchange(call, args)
            except Ended:
                if not again or self.closed:
                    raise
                return await self._exchange(call, args)

    async def _exchange(self, call: str, args: Mapping[str, Any]) -> Answer:
        loop = asyncio.get_running_loop()
        child = self._started()
        number = next(self._numbers)
        future: Future[Answer] = loop.create_future()
        self._waiting[number] = future
        self._touch()
        child.send({"id": number, "call": call, "args": args})
        try:
            return await future
        except asyncio.CancelledError:
            if self._child is child:
                self._overdue.add(number)
                loop.call_later(STUCK, self._judge, child, number)
            raise
        finally:
            self._waiting.pop(number, None)
            self._touch()

    def _started(self) -> Child:
        """Return the child, a new one where there is none.

        Raises
        ------
        StoreUnavailable
            If children have ended too often to start one now.
        """
        if self._child is not None:
            return self._child
        loop = asyncio.get_running_loop()
        wait = self._not_before - loop.time()
        if self.closed or wait > 0:
            raise StoreUnavailable(
                f"The process that reads {readable(self._uri)} ended {self._strikes} times in a row.",
                hint="nbtrack starts it again within seconds. To see why it ends, type "
                "`python -P -m nbtrack.store < /dev/null` in a terminal.",
            )
        greeting = {"uri": self._uri, "root": str(self._root)}
        self._child = Child(greeting, self._root, loop, self._answered, self._ended)
        return self._child

    def _answered(self, child: Child, number: int, answer: Answer | Refused) -> None:
        if child is not self._child:
            return
        self._strikes = 0
        self._overdue.discard(number)
        future = self._waiting.get(number)
        if future is None or future.done():
            return  # too late
        if isinstance(answer, Refused):
            if answer.body.get("code") == "fault":
                logging.getLogger(__name__).warning("%s\n%s", answer, child.log())
            future.set_exception(answer)
        else:
            future.set_result(answer)

    def _ended(self, child: Child) -> None:
        if child is self._child:
            logging.getLogger(__name__).info("the process of %s ended", readable(self._uri))
            self._strike()

    def _judge(self, child: Child, number: int) -> None:
        """End a child that still owes an answer, unless it is so young that MLflow may be loading."""
        loop = asyncio.get_running_loop()
        if child is not self._child or number not in self._overdue:
            return
        young = child.started + LOADING - loop.time()
        if young > 0:
            loop.call_later(young, self._judge, child, number)
            return
        logging.getLogger(__name__).warning("the process of %s is stuck: ended", readable(self._uri))
        self._strike()

    def _strike(self) -> None:
        self._strikes += 1
        if self._strikes > 1:
            pause = min(2.0 ** (self._strikes - 2), _LONGEST_PAUSE)
            self._not_before = asyncio.get_running_loop().time() + pause
        self._drop()

    def _drop(self) -> None:
        """Let go of the child: who waits for it learns that it ended."""
        child, self._child = self._child, None
        self._overdue.clear()
        if self._idle is not None:
            self._idle.cancel()
        if child is not None:
            child.end()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(Ended())

    def _touch(self) -> None:
        """Put off the end of an idle child."""
        loop = asyncio.get_running_loop()
        self.used = loop.time()
        if self._idle is not None:
            self._idle.cancel()
        self._idle = loop.call_later(IDLE, self.rest)

    def rest(self) -> None:
        """End an idle child; the next call starts another."""
        if not self._waiting:
            self._drop()
