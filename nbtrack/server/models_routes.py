"""Registered models and their versions: find, show, change, move aliases, delete."""

from __future__ import annotations

from tornado.web import authenticated

from nbtrack.server import body
from nbtrack.server.base import Route

_MOST = 1000
_CHANGE = {
    "description": body.TEXT_OR_NULL,
    "tags": body.TEXTS_BY_NAME,
    "expected": body.TEXTS_BY_NAME,
}
_MOVE = {"version": body.TEXT, "expected": body.TEXT_OR_NULL}
_REMOVE = {"expected": body.TEXT_OR_NULL}


class ModelsRoute(Route):
    """``models``: a page of them."""

    @authenticated
    async def get(self) -> None:
        """Answer ``models`` for ``query``, ``max_results``, ``page_token``."""
        await self.ask(
            "models",
            query=self.query.text("query"),
            max_results=self.query.whole("max_results", 100, _MOST),
            page_token=self.query.optional("page_token"),
        )


class ModelRoute(Route):
    """``models/<name>``: all of one model; change it; delete it."""

    @authenticated
    async def get(self, name: str) -> None:
        """Answer ``model``."""
        await self.ask("model", name=name)

    @authenticated
    async def patch(self, name: str) -> None:
        """Change ``{description, tags}``; 409 where the store has other values than ``expected``."""
        await self.change("update_model", name=name, **body.read(self.request.body, _CHANGE))

    @authenticated
    async def delete(self, name: str) -> None:
        """Delete it and its versions, for good."""
        await self.change("delete_model", name=name)


class VersionsRoute(Route):
    """``versions``: a page of versions, of runs or of all models."""

    @authenticated
    async def get(self) -> None:
        """Answer ``model_versions`` for every ``run_id``, ``max_results``, ``page_token``."""
        await self._answer(None)

    async def _answer(self, name: str | None) -> None:
        await self.ask(
            "model_versions",
            name=name,
            run_ids=self.query.several("run_id"),
            max_results=self.query.whole("max_results", 50, _MOST),
            page_token=self.query.optional("page_token"),
        )


class ModelVersionsRoute(VersionsRoute):
    """``models/<name>/versions``: a page of one model's."""

    @authenticated
    async def get(self, name: str) -> None:
        """Answer ``model_versions``, as ``versions`` does."""
        await self._answer(name)


class VersionRoute(Route):
    """``models/<name>/versions/<version>``: change it, delete it."""

    @authenticated
    async def patch(self, name: str, version: str) -> None:
        """Change ``{description, tags}``; 409 where the store has other values than ``expected``."""
        fields = body.read(self.request.body, _CHANGE)
        await self.change("update_version", name=name, version=version, **fields)

    @authenticated
    async def delete(self, name: str, version: str) -> None:
        """Delete it and its aliases, for good."""
        await self.change("delete_version", name=name, version=version)


class AliasRoute(Route):
    """``models/<name>/aliases/<alias>``: move it, remove it; 409 where it isn't at ``expected``."""

    @authenticated
    async def put(self, name: str, alias: str) -> None:
        """Point it at ``{version, expected}``; ``expected`` is null where it is believed to be nowhere."""
        fields = body.read(self.request.body, _MOVE, "version", "expected")
        await self.change("set_alias", name=name, alias=alias, **fields)

    @authenticated
    async def delete(self, name: str, alias: str) -> None:
        """Remove it from ``{expected}``."""
        fields = body.read(self.request.body, _REMOVE, "expected")
        await self.change("set_alias", name=name, alias=alias, version=None, **fields)
