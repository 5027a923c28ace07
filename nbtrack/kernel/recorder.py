"""Answers MLflow's logging calls from the journal: what would be wrong is refused at once, as MLflow does.

Only runs that this kernel has made are recorded so: of them alone it knows which params they have.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from nbtrack import sqlite
from nbtrack.journal.format import ENDED, Create, End, Metric
from nbtrack.journal.writer import Unwritable
from nbtrack.kernel import seams, validity
from nbtrack.kernel.unborn import behind
from nbtrack.tags import RUN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.outbox import Outbox
    from nbtrack.kernel.unborn import Unborn

# Stores whose login the sender has as well: by the URI or by MLflow's own variables.
_SCHEMES = frozenset({"sqlite", "postgresql", "mysql", "mssql", "http", "https"})


class Recorder:
    """Writes what is logged into the journal.

    Each method tells whether it did; where not, the call goes to the store itself.

    Parameters
    ----------
    outbox
        The journal, and what brings it to the store.
    unborn
        Runs that no server has yet.
    guard
        Keeps a fault from the user, whose call then goes to the store itself.
    """

    def __init__(self, outbox: Outbox, unborn: Unborn, guard: Guard) -> None:
        self._outbox = outbox
        self._unborn = unborn
        self._infos: dict[str, Any] = {}
        self._params: dict[str, dict[str, str]] = {}
        self._names: set[str] = set()
        self.adopt = guard(self._adopt, None)
        self.prepare = guard(self._prepare, None)
        self.create = guard(self._create, None)
        self._write_batch = guard(self._batch, False)  # noqa: FBT003 - the answer of a hook that failed
        self._write_metric = guard(self._metric, False)  # noqa: FBT003
        self._write_end = guard(self._end, None)

    def _prepare(self, uri: str) -> None:
        """Get ready for a store before anybody waits for it."""
        whole = whole_uri(uri)
        if whole is not None:
            self._outbox.prepare(whole)

    def _adopt(self, store: Any, run: Any) -> None:
        """Record what is logged to a run from now on. It has just been made."""
        uri = whole_uri(store.nbtrack_uri)
        if uri is None:
            return
        run_id = run.info.run_id
        try:
            if not self._outbox.take(run_id, uri):
                return
        except Unwritable as error:
            self._outbox.unwritable(error)
            return
        self._params[run_id] = dict(run.data.params)
        self._infos[run_id] = copy.copy(run.info)

    def _create(self, store: Any, run_id: str, asked: dict[str, Any]) -> Any:
        """Make a run that the sender makes in the store later; return it, None where that can't be."""
        uri = whole_uri(store.nbtrack_uri)
        if uri is None:
            return None
        given = {tag.key: tag.value for tag in asked["tags"]}
        name = asked["run_name"] or given.get(RUN_NAME) or seams.invented_name()
        experiment_id = str(asked["experiment_id"])
        experiment = behind(experiment_id)
        wish = Create(
            experiment_id if experiment is None else None,
            *(experiment, asked["user_id"] or "", asked["start_time"], name, given),
        )
        try:
            if not self._outbox.take(run_id, uri, wish):
                return None
        except Unwritable as error:
            self._outbox.unwritable(error)
            return None
        run = self._unborn.add(run_id, {**asked, "run_name": name})
        self._params[run_id] = {}
        self._infos[run_id] = copy.copy(run.info)
        return run

    def remembered(self, run_id: str) -> Any:
        """Return a run of this kernel's without asking for it: its state and params. None for any other."""
        from mlflow.entities import Param, Run, RunData

        if run_id not in self._infos:
            return None
        params = [Param(key, value) for key, value in self._params[run_id].items()]
        return Run(copy.copy(self._infos[run_id]), RunData(params=params))

    def cannot_reach(self, run_id: str) -> bool:
        """Tell whether this is a run of this kernel's whose store is known not to answer."""
        if run_id not in self._infos:
            return False
        return self._outbox.is_away() or (run_id in self._unborn and self._unborn.real(run_id) is None)

    def forget(self, run_id: str) -> None:
        """Leave a run to the store again: it is being deleted, say."""
        self._outbox.settle_read()
        self._infos.pop(run_id, None)

    # -- the calls -----------------------------------------------------------------------------------

    def metric(self, run_id: str, metric: Any) -> bool:
        """Record a point.

        Raises
        ------
        MlflowException
            As the store would.
        """
        if run_id not in self._infos:
            return False
        self._check(metric)
        return self._write_metric(run_id, metric)

    def points(self, run_id: str, values: Mapping[str, float], timestamp: int, step: int) -> bool:
        """Record a point of each metric, of which nothing is to be checked if they are `plain`."""
        journal = self._outbox.journal
        if run_id not in self._infos or journal is None:
            return False
        try:
            journal.points(run_id, values, timestamp, step)
        except Unwritable as error:
            return self._give_up(error)
        return True

    def plain(self, values: Mapping[str, Any]) -> bool:
        """Tell whether these are floats, of metrics whose names are known to be good."""
        names = self._names
        for key, value in values.items():  # noqa: SIM110 - a generator costs half a microsecond
            if type(value) is not float or key not in names:
                return False
        return True

    def checked(self, values: Mapping[str, Any], timestamp: int, step: int) -> dict[str, float]:
        """Return metrics as MLflow would take them.

        Raises
        ------
        MlflowException
            As MLflow would.
        """
        found = {key: validity.number(value) for key, value in values.items()}
        for key, value in found.items():
            self._check(Metric(key, value, timestamp, step))
        return found

    def batch(self, run_id: str, metrics: Sequence[Any], params: Sequence[Any], tags: Sequence[Any]) -> bool:
        """Record what one call logs.

        Raises
        ------
        MlflowException
            As the store would.
        """
        if run_id not in self._infos:
            return False
        for number, metric in enumerate(metrics):
            self._check(metric, f"metrics[{number}]")
        checked, written = validity.checked(params, tags)
        self._check_params(run_id, checked)
        if not self._write_batch(run_id, metrics, checked, written):
            return False
        self._params[run_id].update({one.key: one.value for one in checked})
        return True

    def end(self, run_id: str, status: str | None, end_time: int | None, name: str | None) -> Any:
        """Record a change of a run's state; return what the store would, None where it is not recorded."""
        if run_id not in self._infos:
            return None
        return self._write_end(run_id, End(status, end_time, name))

    def settle(self) -> None:
        """Let what was logged reach the store, which is about to be read."""
        self._outbox.settle_read()

    # -- the journal ---------------------------------------------------------------------------------

    def _metric(self, run_id: str, metric: Any) -> bool:
        if _about(metric) is not None:
            return self._batch(run_id, [metric], (), ())
        return self.points(run_id, {metric.key: float(metric.value)}, int(metric.timestamp), int(metric.step))

    def _batch(self, run_id: str, metrics: Iterable[Any], params: Iterable[Any], tags: Iterable[Any]) -> bool:
        journal = self._outbox.journal
        if journal is None:
            return False
        try:
            journal.batch(
                run_id,
                [_point(one) for one in metrics],
                [(one.key, str(one.value)) for one in params],
                [(one.key, str(one.value)) for one in tags],
            )
        except Unwritable as error:
            return self._give_up(error)
        return True

    def _end(self, run_id: str, end: End) -> Any:
        from mlflow.entities import RunStatus

        journal = self._outbox.journal
        if journal is None:
            return None
        try:
            if end.status is not None and end.status not in ENDED:
                journal.run(run_id, journal.uri(run_id), is_open=True)  # it goes on, and may be left open
            journal.end(run_id, end)
        except Unwritable as error:
            self._give_up(error)
            return None
        info = self._infos[run_id]
        if end.status is not None:
            info._status = RunStatus.to_string(RunStatus.from_string(end.status))  # noqa: SLF001 - no setter
        if end.end_time is not None:
            info._end_time = end.end_time  # noqa: SLF001
        if end.name:
            info._run_name = end.name  # noqa: SLF001
        return copy.copy(info)

    def _give_up(self, error: Unwritable) -> bool:
        """Let the calls go to the store itself, behind what is on the disk already."""
        self._outbox.unwritable(error)
        self._outbox.settle()
        return False

    # -- what MLflow would refuse --------------------------------------------------------------------

    def _check(self, metric: Any, path: str = "") -> None:
        if type(metric.value) is float and type(metric.key) is str and metric.key in self._names:
            return
        validity.check_metric(metric, path)
        self._names.add(metric.key)

    def _check_params(self, run_id: str, params: Sequence[Any]) -> None:
        from mlflow.exceptions import MlflowException
        from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE

        known = dict(self._params[run_id])
        for one in params:
            if known.setdefault(one.key, one.value) != one.value:
                raise MlflowException(
                    f"Changing param values is not allowed. Param with key='{one.key}' was already logged "
                    f"with value='{known[one.key]}' for run ID='{run_id}'. Attempted logging new value "
                    f"'{one.value}'.",
                    INVALID_PARAMETER_VALUE,
                )


def whole_uri(uri: str) -> str | None:
    """Return a store's URI as another process can use it; None where that one could not reach the store."""
    if uri.partition(":")[0].partition("+")[0] not in _SCHEMES:
        return None
    if not uri.startswith("sqlite"):
        return uri
    path = sqlite.path_of(uri)
    return None if path is None else sqlite.uri_of(path.absolute())


def _about(metric: Any) -> dict[str, str] | None:
    found = {
        name: value
        for name in ("model_id", "dataset_name", "dataset_digest")
        if (value := getattr(metric, name, None)) is not None
    }
    return found or None


def _point(metric: Any) -> Metric:
    return Metric(metric.key, float(metric.value), int(metric.timestamp), int(metric.step), _about(metric))
