"""`nbtrack.check`: the check of a store as a notebook and a script see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import settings
from nbtrack.connecting import checking
from nbtrack.connecting.named import store_of

if TYPE_CHECKING:
    from nbtrack.connecting.step import Step

_MARKS = {"ok": "✓", "missing": "·", "failed": "✗"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. Printed, it is a line for each step.

    Attributes
    ----------
    steps
        In the order in which they were asked; after one that failed nothing is asked.
    """

    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """Whether the store can be used; it may still lack capabilities."""
        return all(step.state != "failed" for step in self.steps)

    def __repr__(self) -> str:
        return "\n".join(_line(step) for step in self.steps)


def check(store: str | None = None) -> Checked:
    """Ask a store step by step whether it can be used, in a minute at most; changes nothing.

    Parameters
    ----------
    store
        A tracking URI, a path that ends in ``.db``, or for an Azure ML workspace ``azureml`` (its config.json
        is looked for upwards), the path of a config.json, or ``azureml:SUBSCRIPTION/GROUP/WORKSPACE``. The
        store in use if None.

    Returns
    -------
    Checked
        Its `steps` say what is well, what is missing, what failed and what to type then; times in seconds.

    Raises
    ------
    NbtrackError
        If `store` can't be one, or its workspace is not found.
    """
    return Checked(tuple(checking.steps(_uri(store))))


def _uri(store: str | None) -> str:
    # In the caller's thread: MLflow's hooks on imports can lock out any other.
    import mlflow.tracking

    if store is None and mlflow.is_tracking_uri_set():
        return mlflow.get_tracking_uri()
    folder = Path.cwd()
    named = None if store is None else store_of(store, folder)
    return settings.resolve(folder=folder, root=None, notebook=None, store=named, experiment="-").store


def _line(step: Step) -> str:
    cure = f"\n{'':25}{step.cure}" if step.cure else ""
    return f"{_MARKS[step.state]} {step.name:13}{step.seconds:6.2f} s  {step.sentence}{cure}"
