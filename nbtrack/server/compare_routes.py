"""Runs side by side. By POST, since the ids of many runs fit no URL; nothing is changed."""

from __future__ import annotations

from tornado.web import authenticated

from nbtrack.server import body
from nbtrack.server.base import Route

_DEADLINE = 20.0  # seconds: a tracking server needs some for a thousand runs

_COMPARE = {"run_ids": body.TEXTS}
_NOISE = {"run_ids": body.TEXTS, "metric": body.TEXT, "seeds": body.TEXTS_OR_NULL}
_IMPORTANCE = {"run_ids": body.TEXTS, "metric": body.TEXT}


class CompareRoute(Route):
    """``compare``: params, metrics, tags and datasets of up to 1,000 runs."""

    @authenticated
    async def post(self) -> None:
        """Answer ``compare`` for ``{run_ids}``."""
        await self.ask("compare", deadline=_DEADLINE, **body.read(self.request.body, _COMPARE, "run_ids"))


class NoiseRoute(Route):
    """``noise``: whether configurations differ by more than their seeds."""

    @authenticated
    async def post(self) -> None:
        """Answer ``noise`` for ``{run_ids, metric, seeds}``."""
        await self.ask(
            "noise", deadline=_DEADLINE, **body.read(self.request.body, _NOISE, "run_ids", "metric")
        )


class ImportanceRoute(Route):
    """``importance``: which params mattered."""

    @authenticated
    async def post(self) -> None:
        """Answer ``importance`` for ``{run_ids, metric}``."""
        await self.ask(
            "importance", deadline=_DEADLINE, **body.read(self.request.body, _IMPORTANCE, "run_ids", "metric")
        )
