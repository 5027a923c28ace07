"""What the routes need of the server, and the store that a request names."""

from __future__ import annotations

import asyncio
import getpass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from nbtrack.errors import Invalid, StoreUnavailable
from nbtrack.server import stores
from nbtrack.server.processes import Processes
from nbtrack.server.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from nbtrack.server.stores import Store

DEADLINE = 8.0
"""Seconds that blocking work may take; the browser gives up later than this, and learns why."""
_FRESH = 1.0
"""Seconds that a name stands for the URI it was found to stand for: a page's requests come in bursts."""
_NAMES = 64

Result = TypeVar("Result")


class Context:
    """What the routes share.

    Parameters
    ----------
    root
        Folder that Jupyter serves, absolute.
    pool
        Threads for everything that may block.
    emit
        Takes what `Watch` tells.
    """

    def __init__(self, root: Path, pool: Executor, emit: Callable[[dict[str, Any]], object]) -> None:
        self.root = root
        self.processes = Processes(root)
        self.watch = Watch(self.processes.pulse, emit)
        self._pool = pool
        self._found: dict[str, tuple[Store, float]] = {}
        self._user: str | None = None

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Do blocking work in a thread, so that the event loop is free.

        Raises
        ------
        StoreUnavailable
            If it takes too long.
        """
        running = asyncio.get_running_loop().run_in_executor(self._pool, work)
        try:
            return await asyncio.wait_for(running, DEADLINE)
        except TimeoutError:
            raise StoreUnavailable(
                f"nbtrack got no answer within {DEADLINE:g} seconds.",
                hint="A disk or a server that it reads may be stalled: try again later.",
            ) from None

    async def store(self, name: str) -> Store:
        """Return a store by the name that a browser says; errors as `stores.find`."""
        now = asyncio.get_running_loop().time()
        store, since = self._found.get(name, (None, 0.0))
        if store is None or now - since > _FRESH:
            store = await self.in_thread(partial(stores.find, self.root, name))
            if len(self._found) >= _NAMES:
                self._found.clear()
            self._found[name] = (store, now)
        return store

    async def user(self) -> str:
        """Return the name that MLflow writes on runs of this user.

        Raises
        ------
        Invalid
            If the system knows none.
        """
        if self._user is None:
            try:
                self._user = await self.in_thread(getpass.getuser)
            except (OSError, KeyError, ImportError):
                raise Invalid(
                    "The system has no name for this user.", hint="Set LOGNAME and start again."
                ) from None
        return self._user

    def close(self) -> None:
        """End the ticks and the processes."""
        self.watch.close()
        self.processes.close()
