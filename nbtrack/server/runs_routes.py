"""Runs: find, show, change, delete, bring back."""

from __future__ import annotations

from tornado.web import authenticated

from nbtrack.server import body
from nbtrack.server.base import Route

_MOST = 1000
_RUN_IDS = {"run_ids": body.TEXTS}
_CHANGE = {
    "name": body.TEXT_OR_NULL,
    "note": body.TEXT_OR_NULL,
    "tags": body.TEXTS_BY_NAME,
    "status": body.TEXT_OR_NULL,
    "expected": body.TEXTS_BY_NAME,
}


class RunsRoute(Route):
    """``runs``: a page of them."""

    @authenticated
    async def get(self) -> None:
        """Answer ``runs``; ``experiment_id``, ``cell_id``, ``status`` and ``column`` may be repeated."""
        query = self.query
        await self.ask(
            "runs",
            experiment_ids=query.several("experiment_id"),
            notebook=query.optional("notebook"),
            cell_ids=query.several("cell_id"),
            parent_run_id=query.optional("parent_run_id"),
            top_level=query.flag("top_level"),
            mine=await self.context.user() if query.flag("mine") else None,
            status=query.several("status"),
            filter=query.text("filter"),
            order_by=query.optional("order_by"),
            deleted=query.flag("deleted"),
            columns=query.several("column") or [],
            max_results=query.whole("max_results", 200, _MOST),
            page_token=query.optional("page_token"),
        )


class RunRoute(Route):
    """``runs/<run_id>``: all of one run; change it."""

    @authenticated
    async def get(self, run_id: str) -> None:
        """Answer ``run``."""
        await self.ask("run", run_id=run_id)

    @authenticated
    async def patch(self, run_id: str) -> None:
        """Change ``{name, note, tags, status}``; 409 where the store has other values than ``expected``."""
        await self.change("update_run", run_id=run_id, **body.read(self.request.body, _CHANGE))


class DeleteRunsRoute(Route):
    """``runs/delete``: delete several, in MLflow's way: they can be restored."""

    @authenticated
    async def post(self) -> None:
        """Delete ``{run_ids}``."""
        await self.change("delete_runs", **body.read(self.request.body, _RUN_IDS, "run_ids"))


class RestoreRunsRoute(Route):
    """``runs/restore``: bring several back."""

    @authenticated
    async def post(self) -> None:
        """Restore ``{run_ids}``."""
        await self.change("restore_runs", **body.read(self.request.body, _RUN_IDS, "run_ids"))
