"""Runs side by side. By POST, since the ids of many runs fit no URL; nothing is changed.

The query names the store of the runs, and the body's `elsewhere` those of some of them, with their ids: each
store is asked for its own, and the one that the query names works out what is asked of all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tornado.web import authenticated

from nbtrack.server import body
from nbtrack.server.base import Route
from nbtrack.store.together import in_order, merged, of_store
from nbtrack.uris import apart

if TYPE_CHECKING:
    from nbtrack.server.stores import Store

    Json = dict[str, Any]

_DEADLINE = 20.0  # seconds: a tracking server needs some for a thousand runs

_RUNS = {"run_ids": body.TEXTS, "elsewhere": body.LISTS_BY_NAME}
_NOISE = {**_RUNS, "metric": body.TEXT, "seeds": body.TEXTS_OR_NULL}
_IMPORTANCE = {**_RUNS, "metric": body.TEXT}


class _Runs(Route):
    """A route about runs, of one store or of several."""

    async def shares(self, homes: list[tuple[Store, list[str]]]) -> list[Json]:
        """Return what each of some stores says of its runs."""
        words = apart(store.uri for store, _ in homes)
        told = [
            (await self.known("compare", store=store, deadline=_DEADLINE, run_ids=run_ids), words[store.uri])
            for store, run_ids in homes
        ]
        return await self.context.in_thread(
            lambda: [of_store(json.loads(answer.body), name) for answer, name in told]
        )

    async def judge(self, call: str, fields: Json) -> None:
        """Answer what is worked out of all the runs."""
        others = await self.homes(fields.pop("elsewhere", {}))
        more = {"others": await self.shares(others)} if others else {}
        await self.ask(call, deadline=_DEADLINE, **fields, **more)

    async def homes(self, elsewhere: dict[str, list[str]]) -> list[tuple[Store, list[str]]]:
        """Return the other stores with their runs."""
        return [(await self.context.store(name), run_ids) for name, run_ids in elsewhere.items()]


class CompareRoute(_Runs):
    """``compare``: params, metrics, tags and datasets of up to 1,000 runs."""

    @authenticated
    async def post(self) -> None:
        """Answer ``compare`` for ``{run_ids, elsewhere: {store: run_ids}}``."""
        fields = body.read(self.request.body, _RUNS, "run_ids")
        run_ids = fields["run_ids"]
        others = await self.homes(fields.get("elsewhere", {}))
        if not others:
            await self.ask("compare", deadline=_DEADLINE, run_ids=run_ids)
            return
        theirs = {run_id for _, ids in others for run_id in ids}
        own = [run_id for run_id in run_ids if run_id not in theirs]
        parts = await self.shares([(await self.store(), own), *others])
        await self.answer(lambda: in_order(merged(parts), run_ids))


class NoiseRoute(_Runs):
    """``noise``: whether configurations differ by more than their seeds."""

    @authenticated
    async def post(self) -> None:
        """Answer ``noise`` for ``{run_ids, metric, seeds, elsewhere}``."""
        await self.judge("noise", body.read(self.request.body, _NOISE, "run_ids", "metric"))


class ImportanceRoute(_Runs):
    """``importance``: which params mattered."""

    @authenticated
    async def post(self) -> None:
        """Answer ``importance`` for ``{run_ids, metric, elsewhere}``."""
        await self.judge("importance", body.read(self.request.body, _IMPORTANCE, "run_ids", "metric"))
