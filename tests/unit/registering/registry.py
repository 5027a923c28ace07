"""A store with runs and models to register; the models are as small as MLflow takes them."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
from mlflow import MlflowClient

from nbtrack import capabilities
from nbtrack.comparing.source import Source
from nbtrack.registering.carried import carry_out
from nbtrack.registering.wish import Wish

if TYPE_CHECKING:
    from nbtrack.registering.progress import Progress
    from nbtrack.registering.wish import Registered

_MLMODEL = "flavors:\n  python_function:\n    loader_module: tests.unit.registering.registry\n"
_numbers = itertools.count()


class Registry:
    """A store, and what to do in it.

    Attributes
    ----------
    told
        What the last registration told.
    """

    def __init__(self, uri: str, artifacts: Path | None = None) -> None:
        self.uri, self.source, self._artifacts = uri, Source(uri), artifacts
        self.client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        self.experiment_id = self.experiment()
        self.told: list[Progress] = []

    @property
    def old(self) -> bool:
        return not capabilities.of(self.client).logged_models

    def name(self, what: str = "churn") -> str:
        """Return a name that no other test has."""
        return f"{what} {next(_numbers)}"

    def experiment(self) -> str:
        """Make an experiment; a server has a place for artifacts of its own."""
        place = None if self._artifacts is None else self._artifacts.as_uri()
        made: str = self.client.create_experiment(self.name("models"), artifact_location=place)
        return made

    def run(self, *, name: str = "brave-fox", tags: dict[str, str] | None = None, **metrics: float) -> str:
        run = self.client.create_run(self.experiment_id, run_name=name, tags=tags)
        for key, value in metrics.items():
            self.client.log_metric(run.info.run_id, key, value)
        run_id: str = run.info.run_id
        return run_id

    def model(self, run_id: str, name: str = "model") -> str:
        """Log a model to a run; return its URI."""
        with tempfile.TemporaryDirectory() as temporary:
            (Path(temporary) / "MLmodel").write_text(_MLMODEL)
            if self.old:
                self.client.log_artifacts(run_id, temporary, name)
                return f"runs:/{run_id}/{name}"
            made = self.client.create_logged_model(self.experiment_id, name, source_run_id=run_id)
            self.client.log_model_artifacts(made.model_id, temporary)
            self.client.finalize_logged_model(made.model_id, "READY")
        return f"models:/{made.model_id}"

    def trained(self, **metrics: float) -> str:
        """Return a run with a model."""
        run_id = self.run()
        for key, value in metrics.items():
            self.client.log_metric(run_id, key, value)
        self.model(run_id)
        return run_id

    def register(
        self, name: str, run_id: str, *, agreed: dict[str, str] | None = None, **wish: Any
    ) -> Registered:
        self.told = []
        return carry_out(self.source, Wish(name, run_id, **wish), self.told.append, agreed=agreed)

    def versions(self, name: str) -> list[str]:
        found = self.client.search_model_versions(max_results=1000)
        return sorted((str(one.version) for one in found if one.name == name), key=int)

    def names(self) -> set[str]:
        return {one.name for one in self.client.search_registered_models(max_results=1000)}

    def aliases(self, name: str) -> dict[str, str]:
        found = self.client.get_registered_model(name).aliases
        return {alias: str(version) for alias, version in found.items()}

    def through(self, uri: str) -> Registry:
        """Return the same store by another way."""
        other = Registry.__new__(Registry)
        other.uri, other.source, other.told, other._artifacts = uri, Source(uri), [], None
        other.client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        other.experiment_id = self.experiment_id
        return other


def _load_pyfunc(_: str) -> Any:
    """Be what such a model is loaded by."""
    return _Model()


class _Model:
    def predict(self, data: Any, params: Any = None) -> Any:  # noqa: ARG002 - MLflow's interface
        return data


def in_use(uri: str) -> Any:
    """Make a store MLflow's, until the context ends."""
    return _InUse(uri)


class _InUse:
    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __enter__(self) -> None:
        service, registry = _utils()
        self._before = (service._tracking_uri, registry._registry_uri)
        service._tracking_uri = registry._registry_uri = self._uri

    def __exit__(self, *_: object) -> None:
        service, registry = _utils()
        service._tracking_uri, registry._registry_uri = self._before


def _utils() -> tuple[Any, Any]:
    return mlflow.tracking._tracking_service.utils, mlflow.tracking._model_registry.utils
