"""Logging a model into a run that is over: whole, or not at all.

The file by which MLflow knows a model goes last, and a model of MLflow 3 is not ready before that.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities
from nbtrack.registering import flavors
from nbtrack.registering.progress import Progress
from nbtrack.registering.quiet import quietly
from nbtrack.store.faults import understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlflow import MlflowClient

    from nbtrack.comparing.source import Source

    Send = Callable[[Path, str | None], None]

MLMODEL = "MLmodel"
HISTORY = "mlflow.log-model.history"  # where MLflow 2 looks for a run's models
_MOST_TAG = 5000
_ONE_BY_ONE = 60  # files


@contextlib.contextmanager
def plainly(source: Source) -> Iterator[None]:
    """Raise what a store says as one of nbtrack's errors."""
    try:
        yield
    except Exception as error:
        found = understood(error, source.uri)
        if found is None or found is error:
            raise
        raise found from error


def log(
    source: Source,
    run_id: str,
    model: Any,
    sample: Any,
    *,
    name: str,
    tell: Callable[[Progress], None],
    **options: Any,
) -> str:
    """Log an object as a model of a run, and return its URI; see `memory.log_now`.

    Parameters
    ----------
    **options
        See `flavors.save`.
    """
    tell(Progress("saving the model, and finding out what it needs"))
    with tempfile.TemporaryDirectory(prefix="nbtrack-model-") as temporary:
        folder = Path(temporary) / "model"
        flavors.save(model, folder, sample, **options)
        _strip(folder)
        with plainly(source), quietly():
            client = source.client
            if capabilities.of(client).logged_models:
                return _as_logged_model(client, run_id, folder, name, tell)
            return _as_artifacts(client, source, run_id, folder, name, tell)


def is_there(source: Source, uri: str) -> bool:
    """Tell whether a model that was logged can still be read."""
    from mlflow.artifacts import list_artifacts
    from mlflow.exceptions import MlflowException

    client = source.client
    try:
        if uri.startswith("models:/m-"):
            return str(client.get_logged_model(uri.removeprefix("models:/")).status) == "READY"
        run_id, _, path = uri.removeprefix("runs:/").partition("/")
        place = f"{client.get_run(run_id).info.artifact_uri}/{path}"
        files = list_artifacts(artifact_uri=place, tracking_uri=source.uri)
        return any(one.path.rpartition("/")[2] == MLMODEL for one in files)
    except (MlflowException, OSError):
        return False


def _as_logged_model(
    client: MlflowClient, run_id: str, folder: Path, name: str, tell: Callable[[Progress], None]
) -> str:
    from mlflow.entities import LoggedModelOutput
    from mlflow.models import Model

    run = client.get_run(run_id)
    made = client.create_logged_model(
        run.info.experiment_id, name, source_run_id=run_id, params=dict(run.data.params)
    )
    try:
        described = Model.load(str(folder / MLMODEL))
        described.model_id = described.model_uuid = made.model_id
        described.run_id, described.artifact_path = run_id, made.artifact_location
        described.save(str(folder / MLMODEL))
        _upload(
            folder,
            lambda file, inside: _send_to_model(client, made.model_id, file, inside),
            lambda whole: client.log_model_artifacts(made.model_id, str(whole)),
            tell,
        )
        client.finalize_logged_model(made.model_id, "READY")
    except BaseException:  # an interrupt, too
        with contextlib.suppress(Exception):
            client.finalize_logged_model(made.model_id, "FAILED")
        raise
    client.log_outputs(run_id, [LoggedModelOutput(made.model_id, step=0)])
    return f"models:/{made.model_id}"


def _send_to_model(client: MlflowClient, model_id: str, file: Path, inside: str | None) -> None:
    if inside is None:
        client.log_model_artifact(model_id, str(file))
        return
    # MLflow before 3.17 takes no folder for a file, but sends a whole folder as it is.
    with tempfile.TemporaryDirectory(prefix="nbtrack-part-") as part:
        place = Path(part, inside)
        place.mkdir(parents=True)
        shutil.move(file, place)
        client.log_model_artifacts(model_id, part)


def _as_artifacts(
    client: MlflowClient,
    source: Source,
    run_id: str,
    folder: Path,
    name: str,
    tell: Callable[[Progress], None],
) -> str:
    from mlflow.artifacts import list_artifacts
    from mlflow.exceptions import MlflowException
    from mlflow.models import Model

    run = client.get_run(run_id)
    there = list_artifacts(artifact_uri=run.info.artifact_uri, tracking_uri=source.uri)
    taken = {one.path.rpartition("/")[2] for one in there}
    path, number = name, 1
    # What a broken upload left has no MLmodel, and is completed.
    while path in taken and is_there(source, f"runs:/{run_id}/{path}"):
        number += 1
        path = f"{name}-{number}"
    described = Model.load(str(folder / MLMODEL))
    described.run_id, described.artifact_path = run_id, path
    described.save(str(folder / MLMODEL))
    _upload(
        folder,
        lambda file, inside: client.log_artifact(run_id, str(file), f"{path}/{inside}" if inside else path),
        lambda whole: client.log_artifacts(run_id, str(whole), path),
        tell,
    )
    with contextlib.suppress(MlflowException):  # people's pages show it; nothing else needs it
        _note(client, run, described.to_dict())
    return f"runs:/{run_id}/{path}"


def _note(client: MlflowClient, run: Any, described: dict[str, Any]) -> None:
    known = json.loads(run.data.tags.get(HISTORY, "[]"))
    keys = ("run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors")
    text = json.dumps([*known, {key: described.get(key) for key in keys}], default=str)
    if len(text) <= _MOST_TAG:
        client.set_tag(run.info.run_id, HISTORY, text)


def _upload(
    folder: Path, send: Send, send_all: Callable[[Path], None], tell: Callable[[Progress], None]
) -> None:
    """Send a folder, the file that makes it a model last."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / MLMODEL)
    last = folder / MLMODEL
    total, done, said = sum(file.stat().st_size for file in [*files, last]), 0, 0.0
    if len(files) > _ONE_BY_ONE:
        tell(Progress(f"sending {len(files) + 1} files", 0, total))
        aside = folder.parent / MLMODEL
        last.rename(aside)
        send_all(folder)
        send(aside, None)
    else:
        for file in [*files, last]:
            if time.monotonic() - said > 1 or file is last:
                tell(Progress("sending the model", done, total))
                said = time.monotonic()
            inside, size = file.parent.relative_to(folder).as_posix(), file.stat().st_size
            send(file, None if inside == "." else inside)
            done += size
    tell(Progress("sending the model", total, total))


def _strip(folder: Path) -> None:
    """Leave out what only looking for requirements has made."""
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache, ignore_errors=True)
