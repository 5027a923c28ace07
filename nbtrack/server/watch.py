"""Telling open pages that a store has changed: one small question per store and tick, while a page looks.

::

    page ── POST watch, again before 30 s are over ──▶ a lease
    lease ─▶ tick: `pulse` ─▶ the mark is another ─▶ Jupyter's event, which reaches all pages
    no lease ─▶ no tick
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import sqlite
from nbtrack.errors import NbtrackError
from nbtrack.server.frames import Broken, Refused

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Awaitable, Callable

    from nbtrack.server.stores import Store

SCHEMA_ID = "https://events.nbtrack.dev/changed/v1"
SCHEMA_FILE = Path(__file__).with_name("changed.yaml")
LEASE = 30.0
"""Seconds that a page's word counts."""
LOCAL = 0.5
"""Seconds between looks at a local SQLite file, a matter of microseconds."""
REMOTE = 2.0
"""Between looks at any other store: a server that falls silent is told of in this and `door.PATIENCE`."""
SPACING = 1.0
"""Seconds between two events of a store that changes all the time; the first comes at once."""
_PROBLEM = "problem:"
_TOLD = 64  # stores whose last mark is remembered


class Watch:
    """Who looks at which store, and the ticks while they do. Used from the event loop only.

    Parameters
    ----------
    pulse
        Asks a store, by URI, for its mark; the list is of experiment ids, None for all.
    emit
        Takes the event's data: ``{store, mark}``.
    """

    def __init__(
        self,
        pulse: Callable[[str, list[str] | None], Awaitable[str]],
        emit: Callable[[dict[str, Any]], object],
    ) -> None:
        self._pulse = pulse
        self._emit = emit
        self._leases: dict[str, dict[tuple[str, tuple[str, ...] | None], float]] = {}
        self._ticking: dict[str, Task[None]] = {}
        self._soon: dict[str, asyncio.Event] = {}
        self._told: dict[str, tuple[str, float]] = {}

    def hold(self, store: Store, experiment_ids: list[str] | None) -> None:
        """Begin or renew a lease."""
        loop = asyncio.get_running_loop()
        which = None if experiment_ids is None else tuple(sorted(set(experiment_ids)))
        self._leases.setdefault(store.uri, {})[store.name, which] = loop.time() + LEASE
        if store.uri not in self._ticking:
            self._soon[store.uri] = asyncio.Event()
            self._ticking[store.uri] = loop.create_task(self._tick(store.uri))

    def nudge(self, uri: str) -> None:
        """Look at once, if anybody looks: this server has just changed the store."""
        if uri in self._soon:
            self._soon[uri].set()

    def close(self) -> None:
        """End all ticks."""
        for task in self._ticking.values():
            task.cancel()

    async def _tick(self, uri: str) -> None:
        pause = LOCAL if sqlite.path_of(uri) is not None else REMOTE
        soon = self._soon[uri]
        try:
            while names := self._names(uri):
                mark = await self._mark(uri)
                for name in names:
                    self._tell(name, mark)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(soon.wait(), pause)
                soon.clear()
        except Exception:  # a page's next lease starts anew
            logging.getLogger(__name__).exception("watching a store failed")
        finally:
            del self._ticking[uri], self._soon[uri]

    def _names(self, uri: str) -> set[str]:
        """Return the names that pages watch a store by, forgetting leases that are over."""
        now = asyncio.get_running_loop().time()
        leases = {key: until for key, until in self._leases.get(uri, {}).items() if until > now}
        if leases:
            self._leases[uri] = leases
        else:
            self._leases.pop(uri, None)
        return {name for name, _ in leases}

    async def _mark(self, uri: str) -> str:
        """Return the store's mark. Failing and working again are changes too: pages then ask, and see."""
        wanted = [ids for _, ids in self._leases[uri]]
        everything = any(ids is None for ids in wanted)
        ids = None if everything else sorted({one for some in wanted for one in some or ()})
        try:
            return await self._pulse(uri, ids)
        except Refused as error:
            return f"{_PROBLEM}{error.body.get('code')}"
        except (NbtrackError, Broken) as error:
            return f"{_PROBLEM}{type(error).__name__}"

    def _tell(self, name: str, mark: str) -> None:
        now = asyncio.get_running_loop().time()
        before, when = self._told.get(name, ("", -math.inf))
        # Trouble and its end are never kept back: what was shown meanwhile would stay.
        spaced = not (mark.startswith(_PROBLEM) or before.startswith(_PROBLEM))
        if mark == before or (spaced and now - when < SPACING):
            return
        self._told.pop(name, None)
        self._told[name] = (mark, now)
        while len(self._told) > _TOLD:
            del self._told[next(iter(self._told))]
        self._emit({"store": name, "mark": mark})
