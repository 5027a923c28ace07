"""Sends to any store that MLflow knows, by MLflow's own client."""

from __future__ import annotations

import json
import os
import re
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbtrack.journal.format import ENDED
from nbtrack.journal.target import Away, Refused
from nbtrack.redact import redact
from nbtrack.tags import RUN_ID, RUN_NAME
from nbtrack.troubles import CURABLE, trouble_of
from nbtrack.uris import readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.journal.format import Batch, Create, Metric

# The sender tries again itself, for ever: MLflow's own patience (7 times 120 s) would only hide it.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
_FINAL = frozenset(
    {
        "INVALID_PARAMETER_VALUE",
        "RESOURCE_DOES_NOT_EXIST",
        "BAD_REQUEST",
        "INVALID_STATE",
        "RESOURCE_ALREADY_EXISTS",
    }
)
_SQL = ("sqlite", "postgresql", "mysql", "mssql")
_ID = re.compile("[0-9a-f]{32}")
_LONGEST = 300  # characters of what a server answers
_importing = threading.Lock()


def import_mlflow() -> None:
    """Import MLflow in one thread at a time: two at once leave it half there, for good (protobuf's pool)."""
    with _importing:
        import_module("mlflow")


def be_impatient() -> None:
    """Have MLflow try once, for seconds. In a process that only sends."""
    os.environ.update(_PATIENCE)


class IntoClient:
    """Sends by `mlflow.MlflowClient`.

    Parameters
    ----------
    uri
        Tracking URI, with its password where it has one.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._made: Any = None

    def send(self, batch: Batch) -> None:
        """Store a batch. See `Target`."""
        self._try(lambda: self._send(batch))

    def create(self, run_id: str, create: Create) -> str:
        """Return the store's id of a run, which is made if it is not there. See `Maker`."""
        if not _ID.fullmatch(run_id):  # it is about to be part of a search
            raise Refused(f"{run_id!r} is no id that a kernel gives.")
        _check(create)
        found: str = self._try(lambda: self._create(run_id, create))
        return found

    def status(self, run_id: str) -> str | None:
        """Return a run's status. See `Target`."""
        try:
            found: str = self._try(lambda: self._client().get_run(run_id).info.status)
        except Refused:
            return None
        return found

    def close(self) -> None:
        """MLflow keeps its own connections."""

    def _send(self, batch: Batch) -> None:
        from mlflow.entities import Param, RunTag

        client = self._client()
        if batch.metrics or batch.params or batch.tags:
            client.log_batch(
                batch.run_id,
                [_metric(one) for one in batch.metrics],
                [Param(key, value) for key, value in batch.params],
                [RunTag(key, value) for key, value in batch.tags],
            )
        end = batch.end
        if end is None:
            return
        if end.status in ENDED:
            client.set_terminated(batch.run_id, end.status, end.end_time)
        elif end.status is not None:
            client.update_run(batch.run_id, status=end.status)
        if end.name is not None:
            client.update_run(batch.run_id, name=end.name)

    def _create(self, run_id: str, create: Create) -> str:
        from mlflow.entities import ViewType

        places = self._places(create)
        # An attempt may have come through unheard; what somebody has deleted since is not made again.
        by_tag = f"tags.`{RUN_ID}` = '{run_id}'"
        found = self._client().search_runs(places, by_tag, ViewType.ALL, max_results=1)
        if found:
            known: str = found[0].info.run_id
            return known
        # MLflow takes the user from the tag, and refuses a run whose name and tag of the name differ.
        given = {"mlflow.user": create.user_id} if create.user_id else {}
        tags = given | create.tags | {RUN_ID: run_id}
        name = tags.pop(RUN_NAME, "") or create.name
        run = self._client().create_run(places[-1], create.start_time, tags, name)
        made: str = run.info.run_id
        return made

    def _places(self, create: Create) -> list[str]:
        """Return the ids of the experiments where a run may have been made; in the last one it is to be."""
        from mlflow.exceptions import MlflowException

        if create.experiment_id is not None:
            return [create.experiment_id]
        client, name = self._client(), create.experiment or "Default"
        found = client.get_experiment_by_name(name)
        if found is None:
            try:
                return [client.create_experiment(name)]
            except MlflowException:
                found = client.get_experiment_by_name(name)  # another process was quicker
                if found is None:
                    raise
        known: str = found.experiment_id
        # A deleted experiment takes no runs: they go to Default, as in the kernel.
        return [known] if found.lifecycle_stage == "active" else [known, "0"]

    def _client(self) -> Any:
        if self._made is None:
            from mlflow import MlflowClient

            self._made = MlflowClient(self._uri, self._uri)
        return self._made

    def _try(self, work: Callable[[], Any]) -> Any:
        try:
            import_mlflow()
            return work()
        except Exception as error:
            said = redact(_sentence(error))
            if _is_final(error, self._uri):
                raise Refused(said[:_LONGEST]) from error
            raise Away(_why(self._uri, said)) from error


def _check(create: Create) -> None:
    """Refuse what MLflow's client can't even send, and would fail at for ever."""
    try:
        json.dumps(create, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Refused(f"No store can hold the run's name or tags: {error.reason}.") from None
    if not 0 <= create.start_time < 2**63:
        raise Refused(f"{create.start_time} is no time.")


def _metric(point: Metric) -> Any:
    from mlflow import entities

    about: dict[str, Any] = point.about or {}
    return entities.Metric(point.key, point.value, point.timestamp, point.step, **about)


def _is_final(error: Exception, uri: str) -> bool:
    """Tell whether MLflow itself refuses: an answer that only a proxy or a wrong page gives is not final."""
    from mlflow.exceptions import MlflowException, RestException

    if isinstance(error, UnicodeError):
        return True  # half a character, which no server can be sent
    if not isinstance(error, MlflowException) or error.error_code not in _FINAL:
        return False
    return isinstance(error, RestException) or uri.startswith(_SQL)


def _why(uri: str, said: str) -> str:
    trouble = trouble_of(said)
    if trouble is None:
        return said[:_LONGEST]
    return f"{readable(uri)} {trouble.what}{f' ({trouble.cure})' if trouble in CURABLE else ''}"


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
