"""What a run says about where it comes from: notebook, cell, kernel; and its experiment.

Both reach MLflow by its own plug-in points, a run-context provider and a default-experiment provider, so
that a tag or an experiment of the user's always wins.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack import liveness, tags
from nbtrack.kernel.unborn import placeholder, placeholders

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.cells import Cell, Whose
    from nbtrack.kernel.notices import Notices


class Context:
    """The tags of a run, from what is known without asking anybody: it is on the cell's path.

    Parameters
    ----------
    kernel_id
        The Jupyter kernel's id, or ``pid-N``.
    notebook
        Returns the notebook's path as last known, None when it is not.
    """

    def __init__(self, kernel_id: str, notebook: Callable[[], str | None]) -> None:
        self.kernel_id = kernel_id
        self.notebook = notebook
        self._kernel = {tags.KERNEL_ID: kernel_id, **liveness.own_tags()}

    def tags(self, cell: Cell | None) -> dict[str, str]:
        """Return the tags of a run that `cell`, or code outside any cell, makes now."""
        written = {**self._kernel, tags.HEARTBEAT: str(int(time.time() * 1000))}
        path = self.notebook()
        if path is not None:
            written |= notebook_tags(path)
        if cell is not None:
            written |= {
                tags.CELL_EXECUTION: cell.key,
                tags.CELL_EXECUTION_COUNT: str(cell.execution_count),
                tags.CELL_SOURCE_SHA256: cell.source_sha256,
                **cell.tags,
            }
            if cell.cell_id is not None:
                written[tags.CELL_ID] = cell.cell_id
        return written


def notebook_tags(path: str) -> dict[str, str]:
    """Return the tags that name the notebook: MLflow's own, and nbtrack's."""
    return {tags.NOTEBOOK_PATH: path, tags.SOURCE_NAME: path, tags.SOURCE_TYPE: "NOTEBOOK"}


class NotebookContextProvider:
    """MLflow's run-context provider for `Context`: its tags beat MLflow's guesses, not the user's words."""

    def __init__(self, context: Context, whose: Whose) -> None:
        self._context = context
        self._whose = whose

    def in_context(self) -> bool:
        """Tell MLflow that there is something to add."""
        return True

    def tags(self) -> dict[str, str]:
        """Return the tags for a run made now, by the calling thread."""
        cell = self._whose.mine()
        return self._context.tags(cell) if cell is None or cell.tracked else {}


class NotebookExperimentProvider:
    """MLflow's default-experiment provider: the notebook's experiment, made when first needed.

    MLflow asks it only when the user has chosen none, by `set_experiment` or environment.

    Parameters
    ----------
    name
        Returns the experiment's name, None when nbtrack has no opinion.
    """

    def __init__(self, name: Callable[[], str | None], notices: Notices) -> None:
        self._name = name
        self._notices = notices
        self._ids: dict[tuple[str, str], str] = {}

    def in_context(self) -> bool:
        """Tell MLflow whether nbtrack has an experiment for this notebook."""
        return self._name() is not None

    def get_experiment_id(self) -> Any:
        """Return the id, making the experiment if it does not exist.

        A deleted experiment of that name is left alone: runs go to MLflow's Default, and the user is told.
        """
        import mlflow
        from mlflow.tracking.default_experiment import DEFAULT_EXPERIMENT_ID

        name = self._name()
        if name is None:
            return DEFAULT_EXPERIMENT_ID
        key = (mlflow.get_tracking_uri(), name)
        if key not in self._ids:
            client = mlflow.MlflowClient()
            try:
                with placeholders():
                    found = client.get_experiment_by_name(name)
            except mlflow.MlflowException as error:
                if error.error_code == "TEMPORARILY_UNAVAILABLE" and key[0].startswith("http"):
                    return placeholder(name)  # the sender finds it, or makes it
                raise
            if found is None:
                try:
                    self._ids[key] = client.create_experiment(name)
                except mlflow.MlflowException:
                    found = client.get_experiment_by_name(name)  # another kernel was quicker
                    if found is None:
                        raise
            if found is not None and found.lifecycle_stage == "deleted":
                self._notices.tell(
                    f"the experiment «{name}» is deleted, so runs go to «Default». "
                    f"Type `%track --experiment NAME` for another, or "
                    f'`mlflow.MlflowClient().restore_experiment("{found.experiment_id}")`.'
                )
                return DEFAULT_EXPERIMENT_ID
            if found is not None:
                self._ids[key] = found.experiment_id
        return self._ids[key]
