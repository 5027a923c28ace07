"""The tap: sees every call that this process makes to an MLflow store.

MLflow builds its stores from a registry of builders. Wrapped builders return the same store with its class
changed to a subclass, so `isinstance` still holds and no public function is replaced. The subclass sees all
ways to log (fluent, client, autologging, asynchronous queue, system metrics), has what is logged to this
kernel's runs recorded in its journal, and sends other SQL to its own thread.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from nbtrack.kernel import classic, seams
from nbtrack.kernel.births import Births
from nbtrack.kernel.creation import Creation
from nbtrack.kernel.sqlthread import SQL

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.patient import Patient
    from nbtrack.kernel.recorder import Recorder
    from nbtrack.kernel.runs import Runs

# These wait for MLflow's own logging threads, which need the SQL thread: run where they are called.
_WAIT = frozenset({"end_async_logging", "flush_async_logging", "shut_down_async_logging"})
# These tell what was logged: first it must be stored.
_READS = (
    "delete_run",
    "delete_tag",
    "get_logged_model",
    "get_metric_history",
    "get_metric_history_bulk",
    "get_metric_history_bulk_interval",
    "get_metric_history_bulk_interval_from_steps",
    "get_run",
    "search_logged_models",
    "search_runs",
)
_SQL_SCHEMES = ("sqlite", "postgresql", "mysql", "mssql")


class Tap:
    """Installs itself in MLflow's registries of stores, and takes itself out.

    Parameters
    ----------
    runs
        Decides which run a call belongs to.
    recorder
        Writes what is logged into the kernel's journal.
    patient
        Asks servers, and waits no longer than a cell may.
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
        recorder: Recorder,
        patient: Patient,
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
        self._recorder = recorder
        self._patient = patient
        self._creation = Creation(runs, guard, Births(patient, recorder), guard(on_refusal, None))
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
                return self._tapped(builder(store_uri=store_uri, **kwargs), store_uri, sql=sql)

            return SQL.call(work) if sql else work()

        return build

    def _tapped(self, store: Any, uri: str, *, sql: bool) -> Any:
        kind = type(store)
        if kind not in self._classes:
            self._classes[kind] = self._subclass(kind, sql=sql)
        store.__class__ = self._classes[kind]
        store.nbtrack_uri = uri
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
        else:
            methods |= self._patient.methods(kind, _WAIT)
            if "create_logged_model" in methods:
                methods["create_logged_model"] = classic.forgiving(methods["create_logged_model"])
        if hasattr(kind, "log_batch"):

            def below(name: str) -> Any:
                return methods.get(name, getattr(kind, name))

            methods |= self._run_calls(below) | self._logging_calls(below)
            for name in _READS:
                if hasattr(kind, name):
                    methods[name] = self._settling(methods.get(name, getattr(kind, name)))
        return type(kind.__name__, (kind,), methods)

    def _run_calls(self, below: Callable[[str], Any]) -> dict[str, Any]:
        """Return the calls by which a run comes, changes its state and is tagged."""
        create, update, set_tag = self._creation.create, below("update_run_info"), below("set_tag")

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
            for key, value in extra.items():
                tapped_set_tag(self, run_id, RunTag(key, value))
            info = tap._recorder.end(run_id, status, end_time, run_name)
            return update(self, run_id, run_status, end_time, run_name) if info is None else info

        def tapped_set_tag(self: Any, run_id: Any, tag: Any) -> None:
            if not tap._recorder.batch(run_id, (), (), (tag,)):
                set_tag(self, run_id, tag)

        tap = self
        return {
            "create_run": functools.wraps(below("create_run"))(create_run),
            "update_run_info": functools.wraps(update)(update_run_info),
            "set_tag": functools.wraps(set_tag)(tapped_set_tag),
        }

    def _logging_calls(self, below: Callable[[str], Any]) -> dict[str, Any]:
        """Return the calls that log metrics and params."""
        from mlflow.utils.async_logging.run_operations import RunOperations

        log_batch, log_batch_async = below("log_batch"), below("log_batch_async")
        log_metric, log_param = below("log_metric"), below("log_param")

        def tapped_log_batch(self: Any, run_id: Any, metrics: Any, params: Any, tags: Any) -> None:
            run_id = tap._place(self, run_id, params)
            if not tap._recorder.batch(run_id, metrics, params, tags):
                log_batch(self, run_id, metrics, params, tags)
            tap._seen(run_id, metrics, params)

        def tapped_log_batch_async(self: Any, run_id: Any, metrics: Any, params: Any, tags: Any) -> Any:
            # MLflow's queue calls the plain `log_batch`, bound before the class was changed: seen once.
            run_id = tap._place(self, run_id, params)
            answer = RunOperations([])  # done: what is in the journal is logged
            if not tap._recorder.batch(run_id, metrics, params, tags):
                answer = log_batch_async(self, run_id, metrics, params, tags)
            tap._seen(run_id, metrics, params)
            return answer

        def tapped_log_metric(self: Any, run_id: Any, metric: Any) -> None:
            run_id = tap._place(self, run_id, ())
            if not tap._recorder.metric(run_id, metric):
                log_metric(self, run_id, metric)
            tap._seen(run_id, (metric,), ())

        def tapped_log_param(self: Any, run_id: Any, param: Any) -> None:
            run_id = tap._place(self, run_id, (param,))
            if not tap._recorder.batch(run_id, (), (param,), ()):
                log_param(self, run_id, param)
            tap._seen(run_id, (), (param,))

        tap = self
        return {
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

    def _settling(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that lets what was logged be stored first."""
        deletes = method.__name__ == "delete_run"

        @functools.wraps(method)
        def settled(store: Any, *args: Any, **kwargs: Any) -> Any:
            if deletes:
                self._recorder.forget(args[0] if args else kwargs["run_id"])
            else:
                self._recorder.settle()
            return method(store, *args, **kwargs)

        return settled


def _on_sql_thread(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def moved(self: Any, *args: Any, **kwargs: Any) -> Any:
        return SQL.call(lambda: method(self, *args, **kwargs))

    return moved
