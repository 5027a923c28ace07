"""The tap: sees every call that this process makes to an MLflow store.

MLflow builds its stores from a registry of builders. Wrapped builders return the same store with its class
changed to a subclass, so `isinstance` still holds and no public function is replaced. The subclass sees all
ways to log (fluent, client, autologging, asynchronous queue, system metrics) and sends SQL to its own thread.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from nbtrack.kernel import seams
from nbtrack.kernel.creation import Creation
from nbtrack.kernel.sqlthread import SQL

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.runs import Runs

# These wait for MLflow's own logging threads, which need the SQL thread: run where they are called.
_WAIT = frozenset({"end_async_logging", "flush_async_logging", "shut_down_async_logging"})
_SQL_SCHEMES = ("sqlite", "postgresql", "mysql", "mssql")


class Tap:
    """Installs itself in MLflow's registries of stores, and takes itself out.

    Parameters
    ----------
    runs
        Decides which run a call belongs to.
    guard
        Keeps a fault of `runs` from the user.
    artifact_root
        Returns where a store keeps artifacts, by its URI; None for MLflow's own choice.
    on_build
        Called with the URI when MLflow opens a store.
    refusal
        Returns why a store can't be used, by its URI; None for one that may be opened.
    on_refusal
        Called with the exception when a store makes no run for a fit.
    seen
        Called with a run's id, metrics and params when the store has taken them.
    """

    def __init__(
        self,
        runs: Runs,
        guard: Guard,
        artifact_root: Callable[[str], str | None],
        on_build: Callable[[str], None],
        refusal: Callable[[str], str | None],
        on_refusal: Callable[[Exception], None],
        seen: Callable[[str, Any, Any], None],
    ) -> None:
        self._runs = runs
        self._artifact_root = guard(artifact_root, None)
        self._on_build = guard(on_build, None)
        self._refusal = guard(refusal, None)
        self._creation = Creation(runs, guard, guard(on_refusal, None))
        self._clashes = guard(runs.clashes, False)  # noqa: FBT003 - the answer of a hook that failed
        self._logged = guard(runs.logged, None)
        self._ending = guard(runs.ending, None)
        self._seen = guard(seen, None)
        self._saved: list[tuple[Any, dict[str, Any]]] = []
        self._classes: dict[type, type] = {}

    def install(self) -> None:
        """Wrap every builder of both registries; stores built before are built anew."""
        for registry in seams.store_registries():
            builders = registry._registry  # noqa: SLF001 - probed in seams
            self._saved.append((registry, dict(builders)))
            for scheme, builder in list(builders.items()):
                builders[scheme] = self._wrapped(builder)
            seams.forget_stores(registry)

    def remove(self) -> None:
        """Put the very same builders back."""
        for registry, builders in self._saved:
            registry._registry.clear()  # noqa: SLF001 - probed in seams
            registry._registry.update(builders)  # noqa: SLF001
            seams.forget_stores(registry)
        self._saved.clear()

    def another(self, run_id: str) -> str:
        """Make one more run of the cell that `run_id` belongs to; return its id."""
        new_id: str = self._creation.another(self._runs.known[run_id][1].store, run_id).info.run_id
        return new_id

    def _wrapped(self, builder: Callable[..., Any]) -> Callable[..., Any]:
        from mlflow.exceptions import MlflowException
        from mlflow.protos.databricks_pb2 import TEMPORARILY_UNAVAILABLE

        takes_artifacts = "artifact_uri" in inspect.signature(builder).parameters

        # `wraps` keeps __module__: MLflow tells its own builders from a plug-in's by it.
        @functools.wraps(builder)
        def build(store_uri: str, **kwargs: Any) -> Any:
            self._on_build(store_uri)
            if takes_artifacts and kwargs.get("artifact_uri") is None:
                root = self._artifact_root(store_uri)
                if root is not None:
                    kwargs["artifact_uri"] = root
            sql = store_uri.split(":", 1)[0].split("+", 1)[0] in _SQL_SCHEMES

            def work() -> Any:
                why = self._refusal(store_uri)  # else MLflow would try for 100 s to open a read-only file
                if why is not None:
                    raise MlflowException(why, error_code=TEMPORARILY_UNAVAILABLE)
                return self._tapped(builder(store_uri=store_uri, **kwargs), sql=sql)

            return SQL.call(work) if sql else work()

        return build

    def _tapped(self, store: Any, *, sql: bool) -> Any:
        kind = type(store)
        if kind not in self._classes:
            self._classes[kind] = self._subclass(kind, sql=sql)
        store.__class__ = self._classes[kind]
        return store

    def _subclass(self, kind: type, *, sql: bool) -> type:
        """Return `kind` with its public methods moved to the SQL thread and its logging calls tapped."""
        methods: dict[str, Any] = {
            "__doc__": kind.__doc__,
            "__module__": kind.__module__,
            "nbtrack_plain": kind,
            "nbtrack_sql": sql,
        }
        if sql:
            for name, method in inspect.getmembers(kind, inspect.isfunction):
                if not (name.startswith("_") or name.endswith("_async") or name in _WAIT):
                    methods[name] = _on_sql_thread(method)
        if hasattr(kind, "log_batch"):
            methods |= self._logging_calls(lambda name: methods.get(name, getattr(kind, name)))
        return type(kind.__name__, (kind,), methods)

    def _logging_calls(self, below: Callable[[str], Any]) -> dict[str, Any]:
        create, update, set_tag = self._creation.create, below("update_run_info"), below("set_tag")
        log_batch, log_batch_async = below("log_batch"), below("log_batch_async")
        log_metric, log_param = below("log_metric"), below("log_param")

        def create_run(
            self: Any, experiment_id: Any, user_id: Any, start_time: Any, tags: Any, run_name: Any
        ) -> Any:
            asked = {
                "experiment_id": experiment_id,
                "user_id": user_id,
                "start_time": start_time,
                "tags": list(tags or []),
                "run_name": run_name,
            }
            return create(self, asked)

        def update_run_info(self: Any, run_id: Any, run_status: Any, end_time: Any, run_name: Any) -> Any:
            from mlflow.entities import RunStatus, RunTag

            wanted = None if run_status is None else RunStatus.to_string(run_status)
            status, extra = tap._ending(run_id, wanted) or (wanted, {})
            if status != wanted and status is not None:
                run_status = RunStatus.from_string(status)
            info = update(self, run_id, run_status, end_time, run_name)
            for key, value in extra.items():
                set_tag(self, run_id, RunTag(key, value))
            return info

        def tapped_log_batch(self: Any, run_id: Any, metrics: Any, params: Any, tags: Any) -> Any:
            run_id = tap._place(self, run_id, params)
            answer = log_batch(self, run_id, metrics, params, tags)
            tap._seen(run_id, metrics, params)
            return answer

        def tapped_log_batch_async(self: Any, run_id: Any, metrics: Any, params: Any, tags: Any) -> Any:
            # MLflow's queue calls the plain `log_batch`, bound before the class was changed: seen once.
            run_id = tap._place(self, run_id, params)
            answer = log_batch_async(self, run_id, metrics, params, tags)
            tap._seen(run_id, metrics, params)
            return answer

        def tapped_log_metric(self: Any, run_id: Any, metric: Any) -> Any:
            run_id = tap._place(self, run_id, ())
            answer = log_metric(self, run_id, metric)
            tap._seen(run_id, (metric,), ())
            return answer

        def tapped_log_param(self: Any, run_id: Any, param: Any) -> Any:
            run_id = tap._place(self, run_id, (param,))
            answer = log_param(self, run_id, param)
            tap._seen(run_id, (), (param,))
            return answer

        tap = self
        return {
            "create_run": functools.wraps(below("create_run"))(create_run),
            "update_run_info": functools.wraps(update)(update_run_info),
            "log_batch": functools.wraps(log_batch)(tapped_log_batch),
            "log_batch_async": functools.wraps(log_batch_async)(tapped_log_batch_async),
            "log_metric": functools.wraps(log_metric)(tapped_log_metric),
            "log_param": functools.wraps(log_param)(tapped_log_param),
        }

    def _place(self, store: Any, run_id: str, params: Any) -> str:
        """Return the run that a logging call belongs to."""
        if params and self._clashes(run_id, params):
            run_id = self._creation.further(store, run_id)
            self._clashes(run_id, params)  # notes them on the new run
        else:
            self._logged(run_id)
        return run_id


def _on_sql_thread(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def moved(self: Any, *args: Any, **kwargs: Any) -> Any:
        return SQL.call(lambda: method(self, *args, **kwargs))

    return moved
