"""What charts are drawn from: metrics over their steps, the keys there are, the charts' definitions."""

from __future__ import annotations

from functools import partial

from tornado.web import authenticated

from nbtrack.errors import Invalid
from nbtrack.plots.kept import PANEL, template
from nbtrack.server.base import Route

_MOST_POINTS = 10_000
_MOST_SERIES = 2_000


class HistoryRoute(Route):
    """``history``: several runs' metrics, each thinned to ``max_points``."""

    @authenticated
    async def get(self) -> None:
        """Answer ``history``; ``run_id`` and ``key`` may be repeated."""
        run_ids, keys = self.query.several("run_id") or [], self.query.several("key") or []
        if not run_ids or not keys or len(run_ids) * len(keys) > _MOST_SERIES:
            raise Invalid(
                f"{len(run_ids)} runs with {len(keys)} metrics can't be answered at once.",
                hint=f"Name runs (`run_id`) and metrics (`key`), at most {_MOST_SERIES} series.",
            )
        max_points = self.query.whole("max_points", 1000, _MOST_POINTS)
        await self.ask("history", run_ids=run_ids, keys=keys, max_points=max_points)


class KeysRoute(Route):
    """``keys``: the metrics, params and tags that the runs of experiments have."""

    @authenticated
    async def get(self) -> None:
        """Answer ``keys``; ``experiment_id`` may be repeated."""
        await self.ask("keys", experiment_ids=self.query.several("experiment_id"))


class ChartRoute(Route):
    """``chart``: the Vega-Lite definitions that charts are drawn with, everywhere."""

    @authenticated
    async def get(self) -> None:
        """Answer `kept.template` of ``kind``; the panel of cards if it is left out."""
        await self.answer(partial(template, self.query.text("kind", PANEL)))
