"""What a run remembers of its surroundings: source, cells executed so far, packages, git. Behind the cell.

On the cell's path only references are taken; reading, redacting and writing happen in `Behind`.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import gitstate, packages, tags
from nbtrack.kernel.context import notebook_tags
from nbtrack.kernel.origin import Origin
from nbtrack.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.kernel.behind import Behind
    from nbtrack.kernel.cells import Cell, CellRun
    from nbtrack.kernel.notebook import Notebook

FOLDER = "nbtrack"
# A loop of a thousand `with start_run()` shares one source: the tags say whose it is.
RUNS_PER_CELL = 25
# A short cell ends before its surroundings are read; a long one is captured while it runs.
HEAD_START_SECONDS = 1.0
HISTORY_CHARS = 1_000_000


class Capture:
    """Writes artifacts and late tags on the runs of a cell.

    Parameters
    ----------
    behind
        A queue of its own: the end of a cell must not wait behind a capture.
    history
        IPython's list of sources executed so far, by execution number.
    """

    def __init__(self, behind: Behind, notebook: Notebook, history: Sequence[str]) -> None:
        self._behind = behind
        self._notebook = notebook
        self._history = history
        self._count: dict[str, int] = {}

    def take(self, cell: Cell | None, run: CellRun) -> None:
        """Note what `run` should remember, and have it written behind the cell."""
        if cell is None or run.parent_id is not None or run.origin in (Origin.SEARCH, Origin.CLIENT):
            return
        taken = self._count[cell.key] = self._count.get(cell.key, 0) + 1
        if taken > RUNS_PER_CELL:
            return
        executed = list(self._history)
        path = self._notebook.path()
        folder = self._notebook.folder

        def write() -> None:
            cell.over.wait(HEAD_START_SECONDS)
            self._write(cell, run, executed, path, folder)

        self._behind.put(write)

    def _write(
        self, cell: Cell, run: CellRun, executed: list[str], path_then: str | None, folder: Path
    ) -> None:
        late: dict[str, str] = {}
        path = self._notebook.refresh()
        if path is not None and path != path_then:
            late |= notebook_tags(path)  # the notebook was renamed
        git = gitstate.read(folder)
        if git is not None:
            late[tags.GIT_COMMIT] = git.commit
            late[tags.GIT_DIRTY] = str(git.dirty).lower()
            if git.branch:
                late[tags.GIT_BRANCH] = git.branch
        if tags.PREVIOUS_RUN not in late and cell.cell_id is not None:
            late |= _previous(run, cell.cell_id)
        _set_tags(run, late)
        files = {
            "cell.py": _redacted(cell.source),
            "executed_cells.py": _script(executed),
            "packages.txt": packages.installed(),
        }
        if git is not None and git.diff:
            files["git.diff"] = redact(git.diff)
        _log_artifacts(run, files)


def _previous(run: CellRun, cell_id: str) -> dict[str, str]:
    """Return the link to the cell's last run of an earlier kernel, {} if there is none or it is known."""
    known = run.store.get_run(run.run_id)
    if tags.PREVIOUS_RUN in known.data.tags:
        return {}
    quoted = cell_id.replace("'", "")
    own = known.data.tags.get(tags.CELL_EXECUTION, "")
    found = run.store.search_runs(
        [run.experiment_id],
        f"tags.`{tags.CELL_ID}` = '{quoted}' AND attributes.start_time < {known.info.start_time} "
        f"AND tags.`{tags.CELL_EXECUTION}` != '{own}'",
        1,
        1,
        ["attributes.start_time DESC"],
        None,
    )
    for before in found:
        return {tags.PREVIOUS_RUN: before.data.tags.get(tags.PARENT_RUN_ID, before.info.run_id)}
    return {}


def _set_tags(run: CellRun, late: dict[str, str]) -> None:
    from mlflow.entities import RunTag

    if late:
        run.store.log_batch(run.run_id, [], [], [RunTag(key, value) for key, value in late.items()])


def _log_artifacts(run: CellRun, files: dict[str, str]) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    uri: Any = run.store.get_run(run.run_id).info.artifact_uri
    with tempfile.TemporaryDirectory(prefix="nbtrack-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        get_artifact_repository(uri).log_artifacts(folder, FOLDER)


def _script(executed: Sequence[str]) -> str:
    """Return the executed cells as one script in the percent format, the oldest cut off beyond a bound."""
    cells: list[str] = []
    size = 0
    for number in range(len(executed) - 1, 0, -1):
        cell = f"# %% In [{number}]\n{_redacted(executed[number])}\n"
        size += len(cell)
        if size > HISTORY_CHARS:
            cells.append(
                f"# nbtrack: cells 1 to {number} left out, they exceed {HISTORY_CHARS:,} characters\n"
            )
            break
        cells.append(cell)
    return "\n".join(reversed(cells))


@functools.lru_cache(maxsize=512)
def _redacted(source: str) -> str:
    return redact(source)
