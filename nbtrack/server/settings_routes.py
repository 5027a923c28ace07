"""Which store and experiment are in use, which others there are, how a store is, and what it can do."""

from __future__ import annotations

import json
from functools import partial

from tornado.web import authenticated

from nbtrack import sqlite
from nbtrack.errors import NbtrackError
from nbtrack.server import answers
from nbtrack.server.base import Route, error_body
from nbtrack.server.frames import Refused
from nbtrack.uris import readable

_CHECK = 60.0  # seconds: what its parts may take, with room for a busy machine
_UNKNOWN = {"writable": False, "ui": None, "exists": None}


class SettingsRoute(Route):
    """``settings``: the store and experiment in use, or the default ones, and the stores by name."""

    @authenticated
    async def get(self) -> None:
        """Answer `answers.settings` for ``kernel_id``."""
        kernel_id = self.get_query_argument("kernel_id", None)
        await self.answer(partial(answers.settings, self.context.root, kernel_id))


class StoreRoute(Route):
    """``store``: what a store is and can, and what is wrong with it."""

    @authenticated
    async def get(self) -> None:
        """Answer ``ping`` with ``{name, readable, problem}``; 200 also for a store that does not answer."""
        store = await self.store()
        problem = None
        try:
            answer = await self.context.processes.read(store.uri, "ping", {})
            said = json.loads(answer.body)
        except (NbtrackError, Refused) as error:
            last = self.context.processes.recall(store.uri, "ping", {})
            kind = "sqlite" if sqlite.path_of(store.uri) else "other"
            said = json.loads(last.answer.body) if last else {"kind": kind, **_UNKNOWN}
            problem = error_body(error)
        self.send_json({**said, "name": store.name, "readable": readable(store.uri), "problem": problem})


class CheckRoute(Route):
    """``check``: whether a store can be used, step by step; asked anew each time."""

    @authenticated
    async def get(self) -> None:
        """Answer ``check`` with ``{name, readable}``; 200 also for a store that can't be used."""
        store = await self.store()
        answer = await self.context.processes.read(store.uri, "check", {}, deadline=_CHECK, keep=False)
        self.send_json({**json.loads(answer.body), "name": store.name, "readable": readable(store.uri)})
