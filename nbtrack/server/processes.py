"""All store processes of this server: one per store, few at a time, and what they last answered."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from nbtrack.errors import StoreUnavailable
from nbtrack.server.frames import Refused
from nbtrack.server.memory import Memory
from nbtrack.server.process import StoreProcess

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbtrack.server.frames import Answer
    from nbtrack.server.memory import Remembered

RUNNING = 6
"""Processes kept at a time, each some 200 MB once MLflow is loaded; more only while all are busy."""
UNWELL = 10.0
"""Seconds that a failed `pulse` counts; while pages look at the store, the next one comes before."""
KNOWN = 3.0
"""Seconds to wait for MLflow where there is a last good answer."""
WRITING = 15.0
"""Seconds that a change may take: to give it up early would leave open whether it was made."""


class Processes:
    """The store processes by URI. Used from the event loop only.

    Parameters
    ----------
    root
        Folder that Jupyter serves, absolute.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._by_uri: dict[str, StoreProcess] = {}
        self._memory = Memory()
        self._unwell: dict[str, tuple[StoreUnavailable | Refused, float]] = {}

    async def read(
        self,
        uri: str,
        call: str,
        args: Mapping[str, Any],
        *,
        deadline: float | None = None,
        keep: bool = True,
    ) -> Answer:
        """Ask for something, and remember the answer if `keep`; errors as `StoreProcess.ask`.

        Who can be shown the last good answer does not wait until MLflow is loaded, nor at all where the last
        `pulse` failed: what it said is raised at once.
        """
        loading = None
        if self._memory.recall(uri, call, args) is not None:
            loading = KNOWN
            error, until = self._unwell.get(uri, (None, 0.0))
            if error is not None and time.monotonic() < until:
                raise error.with_traceback(None)
        process = self._process(uri)
        answer = await process.ask(call, args, deadline=deadline, again=True, loading=loading)
        if keep:
            self._memory.keep(uri, call, args, answer, int(time.time() * 1000))
        return answer

    async def pulse(self, uri: str, experiment_ids: list[str] | None) -> str:
        """Ask for the mark that changes when the store does; errors as `StoreProcess.ask`."""
        args = {"experiment_ids": experiment_ids}
        try:
            answer = await self._process(uri).ask("pulse", args, again=True)
        except (StoreUnavailable, Refused) as error:
            if error.status == StoreUnavailable.status:
                self._unwell[uri] = error, time.monotonic() + UNWELL
            raise
        self._unwell.pop(uri, None)
        return str(json.loads(answer.body)["mark"])

    async def write(self, uri: str, call: str, args: Mapping[str, Any]) -> Answer:
        """Ask for a change; errors as `StoreProcess.ask`."""
        return await self._process(uri).ask(call, args, deadline=WRITING, again=False)

    def recall(self, uri: str, call: str, args: Mapping[str, Any]) -> Remembered | None:
        """Return the last good answer of `read`, or None."""
        return self._memory.recall(uri, call, args)

    def pids(self) -> dict[str, int | None]:
        """Return the process ids by URI."""
        return {uri: process.pid for uri, process in self._by_uri.items() if process.running}

    def close(self) -> None:
        """End all processes."""
        for process in self._by_uri.values():
            process.close()

    def kill(self) -> None:
        """End all processes at the interpreter's exit, when there is no event loop any more."""
        for process in self._by_uri.values():
            process.kill()

    def _process(self, uri: str) -> StoreProcess:
        """Return a store's process; if it must be started, one that is idle may have to go for it."""
        process = self._by_uri.setdefault(uri, StoreProcess(uri, self._root))
        if not process.running:
            others = [other for other in self._by_uri.values() if other.running]
            idle = sorted((other for other in others if not other.busy), key=lambda other: other.used)
            for other in idle[: max(0, len(others) - RUNNING + 1)]:
                other.rest()
        return process
