"""Artifacts of a run: a folder's list, the bytes of one, a table's first rows.

An artifact is anybody's file on the origin of Jupyter. So it is sent in a sandbox, under a type that browsers
don't run, and all but pictures, text and PDF only as a download.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from tornado.web import authenticated

from nbtrack.server.base import Route

_DEADLINE = 30.0
_MOST_ROWS = 1000
_SANDBOX = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_SHOWN = {
    "application/json",
    "application/pdf",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/x-icon",
    "text/plain",
}
_OTHER = "application/octet-stream"


class ArtifactsRoute(Route):
    """``runs/<run_id>/artifacts``: what is in a folder."""

    @authenticated
    async def get(self, run_id: str) -> None:
        """Answer ``artifacts`` for ``path``."""
        await self.ask("artifacts", run_id=run_id, path=self.query.text("path"))


class ArtifactRoute(Route):
    """``runs/<run_id>/artifact``: the bytes of one file."""

    @authenticated
    async def get(self, run_id: str) -> None:
        """Send ``path``; ``download=1`` for a file to keep, whatever it is."""
        store, path = await self.store(), self.query.text("path")
        answer = await self.context.processes.read(
            store.uri, "artifact", {"run_id": run_id, "path": path}, deadline=_DEADLINE, keep=False
        )
        kind = (answer.content_type or "").partition(";")[0].strip().lower()
        shown = kind in _SHOWN and not self.query.flag("download")
        name = PurePosixPath(answer.name or path).name or "artifact"
        how = "inline" if shown else "attachment"
        self.set_header("Content-Disposition", f"{how}; filename*=utf-8''{quote(name, safe='')}")
        self.set_header("Content-Security-Policy", _SANDBOX)
        self.set_header("X-Content-Type-Options", "nosniff")
        if kind == "text/plain":
            kind += "; charset=utf-8"
        self.send(answer, kind if shown else _OTHER)


class TableRoute(Route):
    """``runs/<run_id>/table``: the first rows of a CSV or parquet file."""

    @authenticated
    async def get(self, run_id: str) -> None:
        """Answer ``table`` for ``path`` and ``rows``."""
        await self.ask(
            "table",
            run_id=run_id,
            path=self.query.text("path"),
            rows=self.query.whole("rows", 200, _MOST_ROWS),
        )
