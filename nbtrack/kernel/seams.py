"""The names inside MLflow that nbtrack leans on and that MLflow does not promise to keep.

They live here and nowhere else. `missing` probes them at load: with an MLflow that has moved one, nbtrack
says so and stays off instead of failing in the user's cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEAMS = (
    ("mlflow.tracking.fluent", "_active_run_stack.get_all_thread_values"),
    ("mlflow.tracking.fluent", "_active_experiment_id"),
    ("mlflow.tracking.fluent", "_last_active_run_id.set"),
    ("mlflow.tracking.fluent", "_ACTIVE_MODEL_CONTEXT.thread_local"),
    ("mlflow.tracking.fluent", "run_id_to_system_metrics_monitor"),
    ("mlflow.tracking.fluent", "ActiveRun"),
    ("mlflow.tracking._tracking_service.utils", "_tracking_store_registry._registry"),
    ("mlflow.tracking._tracking_service.utils", "_tracking_uri"),
    ("mlflow.tracking._tracking_service.utils", "_get_store"),
    ("mlflow.tracking.fluent", "_get_experiment_id"),
    ("mlflow.tracking._model_registry.utils", "_get_store_registry"),
    ("mlflow.tracking._model_registry.utils", "_registry_uri"),
    ("mlflow.tracking.context.registry", "_run_context_provider_registry._registry"),
    ("mlflow.tracking.default_experiment.registry", "_default_experiment_provider_registry._registry"),
    ("mlflow.utils.name_utils", "_generate_random_name"),
    ("mlflow.utils.autologging_utils", "AUTOLOGGING_INTEGRATIONS"),
    ("mlflow.utils.autologging_utils", "AUTOLOGGING_CONF_KEY_IS_GLOBALLY_CONFIGURED"),
    ("mlflow.utils.autologging_utils", "BatchMetricsLogger.flush"),
    ("mlflow.utils.autologging_utils", "_AUTOLOGGING_GLOBALLY_DISABLED"),
    ("mlflow.utils.autologging_utils.events", "AutologgingEventLogger.set_logger"),
)


def missing() -> list[str]:
    """Return the seams that this MLflow does not have."""
    from importlib import import_module

    absent = []
    for module, path in _SEAMS:
        try:
            found = import_module(module)
            for name in path.split("."):
                found = getattr(found, name)
        except (ImportError, AttributeError):
            absent.append(f"{module}.{path}")
    return absent


def store_registries() -> Iterator[Any]:
    """Yield MLflow's two registries of stores: tracking, model registry."""
    from mlflow.tracking._model_registry import utils as models
    from mlflow.tracking._tracking_service import utils as tracking

    yield tracking._tracking_store_registry
    yield models._get_store_registry()


def has_stores_like(uri: str) -> bool:
    """Tell whether MLflow has a builder for a tracking URI."""
    from mlflow.exceptions import MlflowException

    try:
        next(store_registries()).get_store_builder(uri)
    except MlflowException:
        return False
    return True


def forget_stores(registry: Any) -> None:
    """Make MLflow build its stores anew from the registry's builders at the next use."""
    registry._get_store_with_resolved_uri.cache_clear()


def current_store() -> Any:
    """Return the tracking store in use, as the fluent API gets it."""
    from mlflow.tracking._tracking_service.utils import _get_store

    return _get_store()


def experiment_id() -> str | None:
    """Return the id of the experiment that a run made now by the fluent API belongs to."""
    from mlflow.tracking.fluent import _get_experiment_id

    found: str | None = _get_experiment_id()
    return found


def leave_connections() -> None:
    """Let a forked child open its own connections to a database; the parent's are kept, never closed."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    engines = SqlAlchemyStore._engine_map
    _inherited.append(dict(engines))
    engines.clear()


_inherited: list[dict[str, Any]] = []


def context_providers() -> list[Any]:
    """Return MLflow's own list of run-context providers (the list itself)."""
    from mlflow.tracking.context.registry import _run_context_provider_registry

    return _run_context_provider_registry._registry


def experiment_providers() -> list[Any]:
    """Return MLflow's own list of default-experiment providers (the list itself)."""
    from mlflow.tracking.default_experiment.registry import _default_experiment_provider_registry

    return _default_experiment_provider_registry._registry


def chosen_uris() -> tuple[str | None, str | None]:
    """Return the tracking and registry URIs set from code, None where nobody has."""
    from mlflow.tracking._model_registry import utils as models
    from mlflow.tracking._tracking_service import utils as tracking

    return tracking._tracking_uri, models._registry_uri


def put_registry_uri(uri: str | None, environment: str | None) -> None:
    """Set the registry URI, or make it follow the tracking URI again (None).

    `mlflow.set_registry_uri(None)` leaves its environment variable behind, so both are put.
    """
    import os

    from mlflow.tracking._model_registry import utils as models

    models._registry_uri = uri  # type: ignore[assignment]
    if environment is None:
        os.environ.pop("MLFLOW_REGISTRY_URI", None)
    else:
        os.environ["MLFLOW_REGISTRY_URI"] = environment


def chosen_experiment() -> str | None:
    """Return the experiment id set by `mlflow.set_experiment`, None where nobody has."""
    from mlflow.tracking import fluent

    return fluent._active_experiment_id


def forget_experiment() -> None:
    """Undo `mlflow.set_experiment`: its id means nothing in another store."""
    import os

    from mlflow.tracking import fluent

    fluent._active_experiment_id = None
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)


def stacks() -> dict[int, list[Any]]:
    """Return every thread's stack of active runs, by thread id (the lists themselves)."""
    from mlflow.tracking.fluent import _active_run_stack

    values: dict[int, list[Any]] = _active_run_stack.get_all_thread_values()
    return values


def my_stack() -> list[Any]:
    """Return the calling thread's stack of active runs (the list itself)."""
    from mlflow.tracking.fluent import _active_run_stack

    stack: list[Any] = _active_run_stack.get()
    return stack


def take_off_stacks(run_id: str) -> None:
    """Make a run inactive in every thread, as `mlflow.end_run` does in one."""
    for stack in stacks().values():
        stack[:] = [run for run in stack if run.info.run_id != run_id]


def swap_on_stacks(run_id: str, run: Any) -> None:
    """Make another run active wherever `run_id` is."""
    from mlflow.tracking.fluent import ActiveRun

    for stack in stacks().values():
        stack[:] = [ActiveRun(run) if old.info.run_id == run_id else old for old in stack]


def note_last_run(run_id: str) -> None:
    """Let `mlflow.last_active_run()` find a run that nbtrack ended."""
    from mlflow.tracking.fluent import _last_active_run_id

    _last_active_run_id.set(run_id)


def my_active_model() -> Any:
    """Return where the calling thread's metrics find the model they are linked to: `value[0].model_id`."""
    from mlflow.tracking.fluent import _ACTIVE_MODEL_CONTEXT

    _ACTIVE_MODEL_CONTEXT.get()  # or there would be no value yet
    return _ACTIVE_MODEL_CONTEXT.thread_local


def invented_name() -> str:
    """Return a name for a run that was given none, as a store invents it."""
    from mlflow.utils.name_utils import _generate_random_name

    name: str = _generate_random_name()
    return name


def stop_system_metrics(run_id: str) -> None:
    """End MLflow's monitor of CPU and memory for a run, as `mlflow.end_run` does."""
    from mlflow.tracking.fluent import run_id_to_system_metrics_monitor

    monitor = run_id_to_system_metrics_monitor.pop(run_id, None)
    if monitor is not None:
        monitor.finish()


def result_of_fit() -> Any | None:
    """Return what the patched function has just returned, inside autologging's event of its success.

    The event tells the arguments only, and `xgboost.train` returns what it has fitted.
    """
    import sys

    frame = sys._getframe(1)
    for _ in range(12):
        if frame.f_code.co_name == "call_original_fn_with_event_logging":
            return frame.f_locals.get("original_fn_result")
        if frame.f_back is None:
            break
        frame = frame.f_back
    return None


class AutologSwitch:
    """Autologging of one framework: on unless the user has configured it, and off again without a trace.

    Parameters
    ----------
    module
        MLflow's module for the framework.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._before: dict[str, Any] = {}
        self._ours: dict[str, Any] | None = None

    def on(self, **wishes: Any) -> None:
        """Switch on with those of the `wishes` that the framework knows.

        Raises
        ------
        Exception
            Whatever the framework or MLflow's module for it raises.
        """
        import inspect
        from importlib import import_module

        from mlflow.utils.autologging_utils import AUTOLOGGING_CONF_KEY_IS_GLOBALLY_CONFIGURED as GLOBAL
        from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS

        autolog = import_module(self._module).autolog
        self._name: str = autolog.integration_name
        if AUTOLOGGING_INTEGRATIONS.get("mlflow") or AUTOLOGGING_INTEGRATIONS.get(self._name):
            return  # the user has called mlflow.autolog() or the framework's own: it stands
        self._before = AUTOLOGGING_INTEGRATIONS[self._name]
        known = inspect.signature(autolog).parameters
        try:
            autolog(**{key: value for key, value in wishes.items() if key in known})
        except Exception:
            AUTOLOGGING_INTEGRATIONS[self._name] = self._before
            raise
        self._ours = AUTOLOGGING_INTEGRATIONS[self._name]
        self._ours[GLOBAL] = True  # so a later mlflow.autolog(...) of the user's replaces it, as documented

    def off(self) -> bool:
        """Take the patches back, unless the user has configured the framework since; tell whether."""
        from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS
        from mlflow.utils.autologging_utils.safety import revert_patches

        ours, self._ours = self._ours, None
        if ours is None or AUTOLOGGING_INTEGRATIONS.get(self._name) is not ours:
            return False
        revert_patches(self._name)
        AUTOLOGGING_INTEGRATIONS[self._name] = self._before
        return True


def is_autologged_by_user(flavor: str) -> bool:
    """Tell whether the user has switched autologging of one framework on, by its own `autolog`."""
    from mlflow.utils.autologging_utils import AUTOLOGGING_CONF_KEY_IS_GLOBALLY_CONFIGURED as GLOBAL
    from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS

    config: dict[str, Any] = AUTOLOGGING_INTEGRATIONS.get(flavor) or {}
    return bool(config) and GLOBAL not in config and not config.get("disable")
