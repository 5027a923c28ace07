"""An export on disk, version 1, and what tells that a run is the same in two stores.

::

    nbtrack-export.json       {"version": 1, "experiments": [{"name": …, "tags": {…}}], "registered": […]}
    runs/RUN_ID/run.json      the run but for its points; it comes last, so a folder that has it is whole
    runs/RUN_ID/points.jsonl  [key, value, timestamp, step] a line; NaN and Infinity as Python's json
    runs/RUN_ID/artifacts/…
    models/MODEL_ID/model.json, models/MODEL_ID/artifacts/…     models of MLflow 3, alike

Times are milliseconds since the epoch. Names of files are MLflow's artifact paths.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid
from nbtrack.tags import MOVED_DIGEST, MOVED_FROM, PARENT_RUN_ID, PREVIOUS_RUN, RUN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mlflow import MlflowClient

    Point = tuple[str, float, int, int]

VERSION = 1
INDEX = "nbtrack-export.json"
# Ids of other runs, which are others in another store, and what an import itself notes.
NOT_COMPARED = frozenset({MOVED_FROM, MOVED_DIGEST, PARENT_RUN_ID, PREVIOUS_RUN, RUN_NAME})
_ELSEWHERE = re.compile(r"[\\\0]|^[A-Za-z]:")  # on Windows
_ID = re.compile(r"[\w.-]{1,256}", re.ASCII)


def place(folder: Path, kind: str, own_id: str) -> Path:
    """Return the folder of a run or model.

    Raises
    ------
    Invalid
        If the id can't be a folder's name.
    """
    if not _ID.fullmatch(own_id) or own_id.startswith("."):
        raise Invalid(f"{own_id!r} is no id of a run or model that a folder could have for its name.")
    return folder / kind / own_id


def safe(path: str) -> str:
    """Return an artifact's path if it stays inside the folder that it is put into.

    Raises
    ------
    Invalid
        If it leads elsewhere.
    """
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or _ELSEWHERE.search(path):
        raise Invalid(
            f"An artifact is called {path!r}, which leads out of its folder.",
            hint="Delete it, or leave its experiment out: `--experiment` names those that are exported.",
        )
    return path


def read(file: Path) -> dict[str, Any]:
    """Return what a JSON file of an export holds.

    Raises
    ------
    Invalid
        If it is none.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8", errors="surrogatepass"))
    except FileNotFoundError:
        raise Invalid(f"{file.parent} is no export: it has no {file.name}.") from None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(f"{file} is damaged.", hint="Export into another folder.")
    return found


def write(file: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file whole, or not at all."""
    part = file.with_name(f".{file.name}.part")
    text = json.dumps(content, ensure_ascii=False, indent=1)
    part.write_text(text, encoding="utf-8", errors="surrogatepass")
    part.replace(file)


def points(client: MlflowClient, run_id: str, keys: Iterable[str]) -> Iterator[Point]:
    """Yield all points of a run in one order, whatever the store's; those of one key are held in memory."""
    for key in sorted(keys):
        history = [
            (key, one.value, one.timestamp, one.step) for one in client.get_metric_history(run_id, key)
        ]
        yield from sorted(history, key=lambda point: (point[3], point[2], repr(point[1])))


class Digest:
    """What a run consists of, as one number."""

    def __init__(self) -> None:
        self._points = hashlib.sha256()
        self.count = 0

    def add(self, point: Point) -> None:
        """Add the next point."""
        self._points.update(json.dumps(point).encode())
        self.count += 1

    def of(self, run: Any, names: Iterable[str], artifacts: Mapping[str, list[Any]]) -> str:
        """Return the digest of a run with these points: of its state, its params, and tags of these names."""
        info, data = run.info, run.data
        known = {name: data.tags.get(name) for name in names if name not in NOT_COMPARED}
        state = [info.run_name, info.status, info.start_time, info.end_time]
        whole = [state, data.params, known, artifacts, self.count, self._points.hexdigest()]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
