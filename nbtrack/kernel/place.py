"""Which store and experiment this kernel uses: chosen at load, handed to MLflow, put back at unload."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from nbtrack import settings
from nbtrack.connecting.named import store_of
from nbtrack.errors import Invalid
from nbtrack.kernel import seams
from nbtrack.outcome import cause
from nbtrack.records import KernelRecord
from nbtrack.uris import readable, without_credentials

if TYPE_CHECKING:
    from nbtrack.kernel.notebook import Notebook
    from nbtrack.kernel.notices import Notices
    from nbtrack.records import Settings

_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT")


class Place:
    """The kernel's store and experiment.

    Parameters
    ----------
    notebook
        Knows the notebook's path, from which the experiment gets its name.
    """

    def __init__(self, notebook: Notebook, notices: Notices) -> None:
        self._notebook = notebook
        self._notices = notices
        self._environment = {name: os.environ.get(name) for name in _VARIABLES}
        self._uris: tuple[str | None, str | None] = (None, None)
        self._asked_store: str | None = None
        self._asked_experiment: str | None = None
        self._named_after = notebook.path()
        self.settings = self._resolve()
        self.refusals: dict[str, str] = {}

    def learn(self, experiment_id: str | None) -> None:
        """Find the name of what the user chose by `mlflow.set_experiment`."""
        from mlflow import MlflowClient

        if experiment_id is not None:
            self.choose(experiment=MlflowClient().get_experiment(experiment_id).name)

    def choose(self, store: str | None = None, experiment: str | None = None) -> None:
        """Take the user's word for the store or the experiment (`%track --store`, `--experiment`).

        Raises
        ------
        Invalid
            If the store can't be one.
        NbtrackError
            If it is to be an Azure ML workspace, and Azure does not tell its tracking URI.
        """
        self._asked_experiment = experiment or self._asked_experiment
        if store is None:
            if experiment is not None:
                self.settings = replace(self.settings, experiment=experiment, experiment_source="explicit")
            return
        chosen = self._resolve(store_of(store, self._notebook.folder), self._asked_experiment)
        if not seams.has_stores_like(chosen.store):
            raise Invalid(
                f"MLflow knows no store of the kind «{without_credentials(chosen.store)}».",
                hint="Type `%track --store` with a path that ends in .db, or a server's http:// address.",
            )
        self.settings = chosen
        self._asked_store = chosen.store

    def apply(self) -> None:
        """Tell MLflow. A URI that the user has set from code stays.

        Both URIs are set: with one missing, MLflow looks for it anew, tenfold slower, at every single call.
        """
        import mlflow

        os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
        tracking, registry = self._uris = seams.chosen_uris()
        if tracking is None:
            mlflow.set_tracking_uri(self.settings.store)
        else:
            self._asked_store = tracking
            self.settings = self._resolve(tracking)
        if registry is None and not os.environ.get("MLFLOW_REGISTRY_URI"):
            mlflow.set_registry_uri(tracking or self.settings.store)

    def move(self) -> None:
        """Tell MLflow of another store than before; an experiment's id means nothing there."""
        import mlflow

        follows = seams.chosen_uris()[1] == seams.chosen_uris()[0]
        mlflow.set_tracking_uri(self.settings.store)
        if follows:
            mlflow.set_registry_uri(self.settings.store)
        seams.forget_experiment()

    def prepare(self) -> None:
        """Make or check the store; on the SQL thread.

        Nothing here may ask MLflow for a store: MLflow holds a lock while it builds one, and whoever holds
        it may be waiting for this thread.
        """
        from nbtrack import schema

        chosen = self.settings
        self.refusals.pop(chosen.store, None)
        try:
            schema.prepare(chosen)
        except Exception as error:  # noqa: BLE001 - the user's own call will meet it too
            self.refusals[chosen.store] = str(error)
            self._notices.tell(f"runs are not recorded: {error}")

    def refusal(self, uri: str) -> str | None:
        """Return why a store can't be used, or None; on the SQL thread.

        One that was refused is looked at again, for the cure (`mlflow db upgrade`, space on the disk) is
        often found while the kernel goes on.
        """
        if uri == self.settings.store and uri in self.refusals:
            self._look_again(uri)
        return self.refusals.get(uri)

    def _look_again(self, uri: str) -> None:
        from nbtrack import schema, sqlite

        file = sqlite.path_of(uri)
        if file is None or schema.state(file) not in {"current", "absent"}:
            return
        self.prepare()
        if uri not in self.refusals:
            self._notices.tell(f"runs are recorded again: {readable(uri)} can be used now.")

    def open(self) -> None:
        """Open a local store before anybody needs it."""
        from mlflow import MlflowClient

        if self.settings.store.startswith("sqlite:"):
            MlflowClient().get_experiment_by_name("Default")

    def refused(self, error: Exception) -> None:
        """Tell that a fit made no run; MLflow, silent about autologging, does not."""
        if self.settings.store not in self.refusals:
            store, why = readable(self.settings.store), without_credentials(cause(error))
            self._notices.tell(f"{store} made no run for a fit: {why}")

    def follow(self) -> None:
        """Keep up with the user's own `mlflow.set_tracking_uri`, as the registry would without nbtrack."""
        tracking, registry = seams.chosen_uris()
        if tracking is None or tracking in (self.settings.store, self._asked_store):
            return
        if registry in (self.settings.store, self._asked_store) and self._uris[1] is None:
            seams.put_registry_uri(tracking, tracking)
        self._asked_store = tracking
        self.settings = self._resolve(tracking, self._asked_experiment)

    def restore(self) -> None:
        """Put MLflow's URIs and environment back, unless the user has changed them since."""
        import mlflow

        tracking, registry = seams.chosen_uris()
        if tracking == self.settings.store and self._uris[0] != tracking:
            mlflow.set_tracking_uri(self._uris[0])  # type: ignore[arg-type]
            _put("MLFLOW_TRACKING_URI", self._environment["MLFLOW_TRACKING_URI"])
        if registry == self.settings.store and self._uris[1] != registry:
            seams.put_registry_uri(self._uris[1], self._environment["MLFLOW_REGISTRY_URI"])
        _put(_VARIABLES[2], self._environment[_VARIABLES[2]])

    def artifact_root(self, uri: str) -> str | None:
        """Return where the artifacts of a store go that nbtrack makes; None leaves it to MLflow."""
        return self.settings.artifacts if uri == self.settings.store else None

    def experiment(self) -> str | None:
        """Return the name of the experiment for the notebook as it is called now."""
        if self.settings.experiment_source != "default":
            # An environment variable is MLflow's to obey; it does so before it asks.
            return None if self.settings.experiment_source == "environment" else self.settings.experiment
        path = self._notebook.path_now()
        if path != self._named_after:
            self._named_after = path
            name = self._resolve(self._asked_store).experiment
            self.settings = replace(self.settings, experiment=name)
        return self.settings.experiment

    def record(self, kernel_id: str, *, tracking: bool) -> KernelRecord:
        """Return what the Jupyter server should know."""
        return KernelRecord(
            kernel_id=kernel_id,
            pid=os.getpid(),
            store=self.settings.store,
            store_source=self.settings.store_source,
            experiment=self.settings.experiment,
            experiment_source=self.settings.experiment_source,
            notebook=self._notebook.path(),
            tracking=tracking,
            notices=self._notices.told,
        )

    def _resolve(self, store: str | None = None, experiment: str | None = None) -> Settings:
        environ = dict(os.environ)
        if "mlflow" in sys.modules and store is None:
            # Our own set_tracking_uri has written this variable: it is not the user's word.
            environ.pop("MLFLOW_TRACKING_URI", None)
            if self._environment["MLFLOW_TRACKING_URI"]:
                environ["MLFLOW_TRACKING_URI"] = self._environment["MLFLOW_TRACKING_URI"]
        return settings.resolve(
            folder=self._notebook.folder,
            root=self._notebook.root,
            notebook=self._notebook.path(),
            store=store,
            experiment=experiment,
            environ=environ,
        )


def _put(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
