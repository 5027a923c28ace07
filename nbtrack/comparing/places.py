"""Where to look for runs: an experiment, a notebook, some of its cells, or everywhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from nbtrack import switch
from nbtrack.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.comparing.source import Source

    Json = dict[str, Any]

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look.

    Attributes
    ----------
    words
        What a message calls it: «the experiment churn».
    name
        Of an experiment.
    experiment_ids, notebook, cell_ids
        As `nbtrack.store.calls.runs` takes them.
    """

    words: str
    name: str | None = None
    experiment_ids: tuple[str, ...] | None = None
    notebook: str | None = None
    cell_ids: tuple[str, ...] | None = None

    def query(self) -> Json:
        """Return it as arguments of `nbtrack.store.calls.runs`."""
        return {
            "experiment_ids": None if self.experiment_ids is None else list(self.experiment_ids),
            "notebook": self.notebook,
            "cell_ids": None if self.cell_ids is None else list(self.cell_ids),
        }


EVERYWHERE = Place("the store")


def of_experiment(source: Source, name: str | None = None) -> Place:
    """Return an experiment by its name or id, or the one in use.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    if name is None:
        name, experiment_id = _in_use()
        if experiment_id is not None:
            return _by_id(source, experiment_id)
        if name is None:
            return Place("the experiment Default", "Default", ("0",))
    for one in _experiments(source, name):
        if one["name"] == name:
            return Place(f"the experiment {name}", name, (one["experiment_id"],))
    others = _experiments(source, "")
    for one in others:
        if one["experiment_id"] == name:
            return Place(f"the experiment {one['name']}", one["name"], (name,))
    close = get_close_matches(name, [one["name"] for one in others], 3, 0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else "A run that is logged to it makes it."
    raise NotFound(f"{source.name} has no experiment {name!r}.", hint=hint)


def of_notebook(which: str | Literal[True]) -> Place:
    """Return a notebook by its path, or the one that this kernel belongs to.

    Raises
    ------
    Invalid
        If nobody knows which that is.
    """
    path = here() if which is True else which
    if path is None:
        raise Invalid(
            "Nobody has told this kernel which notebook it belongs to.",
            hint="Type `%load_ext nbtrack` first, or name the notebook by its path.",
        )
    return Place(f"the notebook {path}", notebook=path)


def of_cells(cell_ids: Sequence[str]) -> Place:
    """Return some cells, by their ids in the notebook file."""
    return Place("the cell" if len(cell_ids) == 1 else "the cells", cell_ids=tuple(cell_ids))


def here() -> str | None:
    """Return the path of this kernel's notebook; None where that is not known."""
    try:
        return switch.track().notebook
    except Invalid:  # nbtrack is not loaded
        return None


def rows(source: Source, place: Place, most: int, **more: Any) -> Iterator[Json]:
    """Yield at most `most` runs of a place; `more` as for `nbtrack.store.calls.runs`."""
    token = None
    while most > 0:
        page = source.ask("runs", **place.query(), **more, max_results=min(most, _PAGE), page_token=token)
        yield from page["items"]
        most -= len(page["items"])
        token = page["next_page_token"]
        if not token:
            return


def _by_id(source: Source, experiment_id: str) -> Place:
    for one in _experiments(source, ""):
        if one["experiment_id"] == experiment_id:
            return Place(f"the experiment {one['name']}", one["name"], (experiment_id,))
    return Place(f"the experiment {experiment_id}", None, (experiment_id,))


def _in_use() -> tuple[str | None, str | None]:
    """Return the name or the id of the experiment that new runs go to; neither where MLflow chooses."""
    # `mlflow.set_experiment` writes this too.
    experiment_id = os.environ.get("MLFLOW_EXPERIMENT_ID")
    if experiment_id:
        return None, experiment_id
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME")
    if not name:
        try:
            name = switch.track().experiment
        except Invalid:  # nbtrack is not loaded
            name = None
    return name, None


def _experiments(source: Source, query: str) -> list[Json]:
    found: list[Json] = source.ask("experiments", query=query, max_results=_PAGE)["items"]
    return found
