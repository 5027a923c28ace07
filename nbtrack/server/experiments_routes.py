"""Experiments: find, make, rename, delete, bring back; and how each is shown."""

from __future__ import annotations

from tornado.web import authenticated

from nbtrack.server import body
from nbtrack.server.base import Route

_MOST = 1000
_NAME = {"name": body.TEXT}
_VIEW = {
    "columns": body.TEXTS_OR_NULL,
    "sort": body.TEXT_OR_NULL,
    "pins": body.TEXTS,
    "metric": body.TEXT_OR_NULL,
    "compared": body.TEXTS_OR_NULL,
}


class ExperimentsRoute(Route):
    """``experiments``: a page of them; a new one."""

    @authenticated
    async def get(self) -> None:
        """Answer ``experiments`` for ``query``, ``deleted``, ``max_results``, ``page_token``."""
        await self.ask(
            "experiments",
            query=self.query.text("query"),
            deleted=self.query.flag("deleted"),
            max_results=self.query.whole("max_results", 500, _MOST),
            page_token=self.query.optional("page_token"),
        )

    @authenticated
    async def post(self) -> None:
        """Make an experiment: ``{name}``."""
        await self.change("create_experiment", **body.read(self.request.body, _NAME, "name"))


class ExperimentRoute(Route):
    """``experiments/<id>``: rename it, delete it."""

    @authenticated
    async def patch(self, experiment_id: str) -> None:
        """Rename: ``{name}``."""
        fields = body.read(self.request.body, _NAME, "name")
        await self.change("rename_experiment", experiment_id=experiment_id, **fields)

    @authenticated
    async def delete(self, experiment_id: str) -> None:
        """Delete, in MLflow's way: it can be restored."""
        await self.change("delete_experiment", experiment_id=experiment_id)


class RestoreExperimentRoute(Route):
    """``experiments/<id>/restore``: bring a deleted one back."""

    @authenticated
    async def post(self, experiment_id: str) -> None:
        """Restore."""
        await self.change("restore_experiment", experiment_id=experiment_id)


class ViewRoute(Route):
    """``experiments/<id>/view``: columns, sort, pins and metric that the team last chose."""

    @authenticated
    async def get(self, experiment_id: str) -> None:
        """Answer ``view``."""
        await self.ask("view", experiment_id=experiment_id)

    @authenticated
    async def put(self, experiment_id: str) -> None:
        """Keep ``{columns, sort, pins, metric}``."""
        view = body.read(self.request.body, _VIEW)
        await self.change("set_view", experiment_id=experiment_id, view=view)
