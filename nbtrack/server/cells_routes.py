"""What the cells of a notebook have made: how many runs each, and its newest."""

from __future__ import annotations

import json
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tornado.web import authenticated

from nbtrack.errors import Invalid
from nbtrack.server import body
from nbtrack.server.base import Route

if TYPE_CHECKING:
    from pathlib import Path

_CELLS = {"notebook": body.TEXT, "cell_ids": body.TEXTS, "store": body.TEXT}
_MOST = 2000  # cells
_PAGE = 1000
_PAGES = 5


class CellsRoute(Route):
    """``cells``: the badges of a notebook. Also as POST, since the ids of many cells fit no URL."""

    @authenticated
    async def get(self) -> None:
        """Answer for ``notebook`` and every ``cell_id``."""
        await self._answer(self.query.text("notebook"), self.query.several("cell_id") or [])

    @authenticated
    async def post(self) -> None:
        """Answer for ``{notebook, cell_ids}``."""
        fields = body.read(self.request.body, _CELLS, "notebook", "cell_ids")
        await self._answer(fields["notebook"], fields["cell_ids"])

    async def _answer(self, notebook: str, cell_ids: list[str]) -> None:
        if not notebook or len(cell_ids) > _MOST:
            raise Invalid(
                f"{len(cell_ids)} cells of the notebook {notebook!r} can't be answered.",
                hint=f"Name a notebook and at most {_MOST} cells.",
            )
        rows: list[dict[str, Any]] = []
        token: str | None = None
        for _ in range(_PAGES if cell_ids else 0):
            answer = await self.known(
                "runs",
                cell_ids=sorted(set(cell_ids)),
                top_level=True,
                max_results=_PAGE,
                page_token=token,
            )
            page = await self.context.in_thread(partial(json.loads, answer.body))
            rows += page["items"]
            token = page["next_page_token"]
            if not token:
                break
        items = await self.context.in_thread(partial(_by_cell, self.context.root, notebook, rows))
        self.send_json({"items": items, "next_page_token": None, "total": len(items)})


def _by_cell(root: Path, notebook: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count runs by cell, of this notebook or of one that is gone: then it was probably renamed.

    Parameters
    ----------
    rows
        Newest first.
    """
    gone: dict[str, bool] = {notebook: True}
    cells: dict[str, dict[str, Any]] = {}
    for row in rows:
        path, cell_id = row["notebook"] or "", row["cell_id"]
        if path not in gone:
            gone[path] = _gone(root, path)
        if gone[path]:
            cell = cells.setdefault(cell_id, {"cell_id": cell_id, "runs": 0, "latest": row})
            cell["runs"] += 1
    return list(cells.values())


def _gone(root: Path, path: str) -> bool:
    """Whether there was a notebook of this path under the root, and is no more. A tag may say anything."""
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or ".." in parts.parts:
        return False
    try:
        return not (root / path).exists()
    except (OSError, ValueError):
        return False
