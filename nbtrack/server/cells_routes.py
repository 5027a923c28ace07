"""What the cells of a notebook have made: how often each made runs, and its newest."""

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
    """Count executions by cell, of this notebook or of one that is gone: then it was probably renamed.

    Parameters
    ----------
    rows
        Newest first.
    """
    gone: dict[str, bool] = {notebook: True}
    cells: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in rows:
        path = row["notebook"] or ""
        if path not in gone:
            gone[path] = _gone(root, path)
        if gone[path]:
            # One execution may make many runs that have no parent: `with mlflow.start_run()` in a loop.
            execution = row["execution"] or row["run_id"]
            cells.setdefault(row["cell_id"], {}).setdefault(execution, []).append(row)
    return [_cell(cell_id, list(executions.values())) for cell_id, executions in cells.items()]


def _cell(cell_id: str, executions: list[list[dict[str, Any]]]) -> dict[str, Any]:
    last = executions[0]
    begun = [row["start_time"] for row in last if row["start_time"] is not None]
    registered = [one for row in last for one in row["registered"] or ()]
    return {
        "cell_id": cell_id,
        "executions": len(executions),
        "latest": {**last[0], "registered": registered or last[0]["registered"]},
        "together": len(last),
        "since": min(begun, default=None),
    }


def _gone(root: Path, path: str) -> bool:
    """Whether there was a notebook of this path under the root, and is no more. A tag may say anything."""
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or ".." in parts.parts:
        return False
    try:
        return not (root / path).exists()
    except (OSError, ValueError):
        return False
