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
    ("mlflow.tracking.fluent", "run_id_to_system_metrics_monitor"),
    ("mlflow.tracking.fluent", "ActiveRun"),
    ("mlflow.tracking._tracking_service.utils", "_tracking_store_registry._registry"),
    ("mlflow.tracking._tracking_service.utils", "_tracking_uri"),
    ("mlflow.tracking._model_registry.utils", "_get_store_registry"),
    ("mlflow.tracking._model_registry.utils", "_registry_uri"),
    ("mlflow.tracking.context.registry", "_run_context_provider_registry._registry"),
    ("mlflow.tracking.default_experiment.registry", "_default_experiment_provider_registry._registry"),
    ("mlflow.utils.autologging_utils", "AUTOLOGGING_INTEGRATIONS"),
    ("mlflow.utils.autologging_utils", "AUTOLOGGING_CONF_KEY_IS_GLOBALLY_CONFIGURED"),
    ("mlflow.utils.autologging_utils", "BatchMetricsLogger.flush"),
    ("mlflow.utils.autologging_utils", "_AUTOLOGGING_GLOBALLY_DISABLED"),
    ("mlflow.utils.autologging_utils.events", "AutologgingEventLogger.set_logger"),
    ("mlflow.utils.import_hooks", "_post_import_hooks"),
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


def forget_stores(registry: Any) -> None:
    """Make MLflow build its stores anew from the registry's builders at the next use."""
    registry._get_store_with_resolved_uri.cache_clear()


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


def stop_system_metrics(run_id: str) -> None:
    """End MLflow's monitor of CPU and memory for a run, as `mlflow.end_run` does."""
    from mlflow.tracking.fluent import run_id_to_system_metrics_monitor

    monitor = run_id_to_system_metrics_monitor.pop(run_id, None)
    if monitor is not None:
        monitor.finish()


class AutologState:
    """How autologging is configured at this moment, to return to."""

    def __init__(self) -> None:
        from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS
        from mlflow.utils.import_hooks import _post_import_hooks

        self._integrations = AUTOLOGGING_INTEGRATIONS
        self._configs = dict(AUTOLOGGING_INTEGRATIONS)
        self._hooks = _post_import_hooks
        self._hooks_before = {name: list(hooks) for name, hooks in _post_import_hooks.items()}

    @property
    def is_chosen_by_user(self) -> bool:
        """Whether `mlflow.autolog()` had been called."""
        return bool(self._configs.get("mlflow"))

    def current(self, integration: str) -> dict[str, Any] | None:
        """Return the configuration in force now (the dict itself: MLflow makes a new one at each call)."""
        return self._integrations.get(integration)

    def restore(self) -> None:
        """Undo every patch and hook of one `mlflow.autolog()`; a framework's own configuration stays."""
        from mlflow.utils.autologging_utils import AUTOLOGGING_CONF_KEY_IS_GLOBALLY_CONFIGURED as GLOBAL
        from mlflow.utils.autologging_utils.safety import revert_patches

        for name, config in list(self._integrations.items()):
            before = self._configs.get(name, {})
            if config is not before and (name == "mlflow" or config.get(GLOBAL)):
                revert_patches(name)
                self._integrations[name] = before
        self._hooks.clear()
        self._hooks.update(self._hooks_before)


def why_not_autologged(flavor: str) -> str | None:
    """Return why `mlflow.<flavor>` logs nothing, None when it does or when the user has switched it off."""
    from importlib import import_module

    from mlflow.utils.autologging_utils import AUTOLOGGING_CONF_KEY_IS_GLOBALLY_CONFIGURED as GLOBAL
    from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS

    try:
        switch = import_module(f"mlflow.{flavor}").autolog
        config = AUTOLOGGING_INTEGRATIONS.get(switch.integration_name) or {}
        # A call that failed half-way leaves its configuration without the mark of `mlflow.autolog()`. So does
        # a call of the user's own for this framework; but those are rarely silent, and to repeat one with the
        # same values changes nothing.
        failed = not config or (config.get("silent") and not config.get("log_models"))
        if GLOBAL in config or not failed:
            return None
        switch(**(config or {"log_models": False, "log_datasets": False, "silent": True}))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the user must be told
        return f"{type(error).__name__}: {error}"
    return None
