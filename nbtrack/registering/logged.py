"""Logging a model into a run that is over: whole, or not at all.

The file by which MLflow knows a model goes last, and a model of MLflow 3 is not ready before that.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities, modelfolder
from nbtrack.registering import flavors
from nbtrack.registering.progress import Progress
from nbtrack.registering.quiet import quietly
from nbtrack.store.faults import understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlflow import MlflowClient

    from nbtrack.comparing.source import Source


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
        modelfolder.strip(folder)
        with plainly(source), quietly():
            client = source.client
            if capabilities.of(client).logged_models:
                return _as_logged_model(client, run_id, folder, name, tell)
            return f"runs:/{run_id}/{modelfolder.keep(client, run_id, folder, name, _paced(tell))}"


def is_there(source: Source, uri: str) -> bool:
    """Tell whether a model that was logged can still be read."""
    from mlflow.exceptions import MlflowException

    client = source.client
    try:
        if uri.startswith("models:/m-"):
            return str(client.get_logged_model(uri.removeprefix("models:/")).status) == "READY"
        run_id, _, path = uri.removeprefix("runs:/").partition("/")
        return modelfolder.is_there(client, run_id, path)
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
        described = Model.load(str(folder / modelfolder.MLMODEL))
        described.model_id = described.model_uuid = made.model_id
        described.run_id, described.artifact_path = run_id, made.artifact_location
        described.save(str(folder / modelfolder.MLMODEL))
        modelfolder.upload(
            folder,
            lambda file, inside: _send_to_model(client, made.model_id, file, inside),
            lambda whole: client.log_model_artifacts(made.model_id, str(whole)),
            _paced(tell),
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


def _paced(tell: Callable[[Progress], None]) -> Callable[[str, int, int], None]:
    """Return what tells at most once a second, and of the end."""
    said = 0.0

    def paced(what: str, done: int, total: int) -> None:
        nonlocal said
        if done == total or time.monotonic() - said > 1:
            said = time.monotonic()
            tell(Progress(what, done, total))

    return paced
