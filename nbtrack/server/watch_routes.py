"""A page says that it looks at a store."""

from __future__ import annotations

from tornado.web import authenticated

from nbtrack.server import body, stores, watch
from nbtrack.server.base import Route

_LEASE = {"store": body.TEXT, "experiment_ids": body.TEXTS_OR_NULL}


class WatchRoute(Route):
    """``watch``: changes of a store are told for the next 30 seconds, as events of Jupyter."""

    # An open page that nobody uses must not keep the server from being culled.
    _track_activity = False

    @authenticated
    async def post(self) -> None:
        """Begin or renew a lease: ``{store, experiment_ids}``, both optional; answers ``{seconds}``."""
        fields = body.read(self.request.body, _LEASE)
        name = fields.get("store") or self.query.text("store", stores.WORKSPACE)
        self.context.watch.hold(await self.context.store(name), fields.get("experiment_ids"))
        self.send_json({"seconds": watch.LEASE})
