"""The table of routes. A route reads the request and names the function that answers it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from nbtrack.server import answers
from nbtrack.server.base import Route

if TYPE_CHECKING:
    from nbtrack.server.base import Context


class SettingsRoute(Route):
    """``GET settings[?kernel_id=…]``: the store and experiment in use, or the default ones."""

    @authenticated
    async def get(self) -> None:
        """Answer `answers.settings`."""
        kernel_id = self.get_query_argument("kernel_id", None)
        await self.answer(partial(answers.settings, self.context.root, kernel_id))


ROUTES: dict[str, type[Route]] = {
    "settings": SettingsRoute,
}


def handlers(base_url: str, context: Context) -> list[tuple[str, type[Route], dict[str, Any]]]:
    """Return the routes under ``<base_url>nbtrack/api/`` as tornado takes them."""
    return [
        (url_path_join(base_url, "nbtrack", "api", path), route, {"context": context})
        for path, route in ROUTES.items()
    ]
