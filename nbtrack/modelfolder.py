"""A model as a folder of its run's artifacts: how stores without MLflow 3's models keep one.

The file by which MLflow knows a model goes last, so a folder that has it is whole.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlflow import MlflowClient

    Send = Callable[[Path, str | None], None]
    # What is being done, and bytes done and to do.
    Tell = Callable[[str, int, int], None]

MLMODEL = "MLmodel"
HISTORY = "mlflow.log-model.history"  # where MLflow 2 looks for a run's models
_MOST_TAG = 5000
_ONE_BY_ONE = 60  # files
_NAME = "model"  # as MLflow calls one that nobody has named


def log(
    model_class: Any,
    flavor: Any,
    *,
    name: str | None = None,
    artifact_path: str | None = None,
    run_id: str | None = None,
    registered_model_name: str | None = None,
    metadata: Any = None,
    resources: Any = None,
    auth_policy: Any = None,
    **wishes: Any,
) -> Any:
    """Log a model as MLflow's `Model.log` does, which asks for one with an id first; return its `ModelInfo`.

    Parameters
    ----------
    model_class
        MLflow's `Model`, or what the call was made on.
    flavor
        The module that saves the model.
    **wishes
        What else `Model.log` takes. What only a model with an id has room for is left out: its type, tags,
        params and prompts.

    Raises
    ------
    Exception
        The flavor's own, or the store's.
    """
    import mlflow

    for none in ("flavor_name", "model_type", "params", "tags", "step", "model_id", "prompts"):
        wishes.pop(none, None)
    wishes.pop("await_registration_for", None)
    client = mlflow.MlflowClient()
    if run_id is None:
        run_id = (mlflow.active_run() or mlflow.start_run()).info.run_id
    with tempfile.TemporaryDirectory(prefix="nbtrack-model-") as temporary:
        folder = Path(temporary) / "model"
        begun = model_class(
            artifact_path=name or artifact_path or _NAME,
            run_id=run_id,
            metadata=metadata,
            resources=resources,
            auth_policy=auth_policy,
        )
        flavor.save_model(path=str(folder), mlflow_model=begun, **wishes)
        strip(folder)
        path = keep(client, run_id, folder, name or artifact_path or _NAME)
        info = model_class.load(str(folder / MLMODEL)).get_model_info()
    if registered_model_name is not None:
        info.registered_model_version = _registered(client, registered_model_name, run_id, path)
    return info


def keep(client: MlflowClient, run_id: str, folder: Path, name: str, tell: Tell = lambda *_: None) -> str:
    """Send a saved model to its run; return the folder of artifacts it is in, a free one beside `name`."""
    from mlflow.exceptions import MlflowException
    from mlflow.models import Model

    run = client.get_run(run_id)
    taken = _names(client, str(run.info.artifact_uri))
    path, number = name, 1
    # What a broken upload left has no MLmodel, and is completed.
    while path in taken and MLMODEL in _names(client, f"{run.info.artifact_uri}/{path}"):
        number += 1
        path = f"{name}-{number}"
    described = Model.load(str(folder / MLMODEL))
    described.run_id, described.artifact_path = run_id, path
    described.save(str(folder / MLMODEL))
    upload(
        folder,
        lambda file, inside: client.log_artifact(run_id, str(file), f"{path}/{inside}" if inside else path),
        lambda whole: client.log_artifacts(run_id, str(whole), path),
        tell,
    )
    with contextlib.suppress(MlflowException):  # people's pages show it; nothing else needs it
        _note(client, run, described.to_dict())
    return path


def upload(folder: Path, send: Send, send_all: Callable[[Path], None], tell: Tell) -> None:
    """Send a folder, the file that makes it a model last."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / MLMODEL)
    last = folder / MLMODEL
    total, done = sum(file.stat().st_size for file in [*files, last]), 0
    if len(files) > _ONE_BY_ONE:
        tell(f"sending {len(files) + 1} files", 0, total)
        aside = folder.parent / MLMODEL
        last.rename(aside)
        send_all(folder)
        send(aside, None)
    else:
        for file in [*files, last]:
            tell("sending the model", done, total)
            inside, size = file.parent.relative_to(folder).as_posix(), file.stat().st_size
            send(file, None if inside == "." else inside)
            done += size
    tell("sending the model", total, total)


def is_there(client: MlflowClient, run_id: str, path: str) -> bool:
    """Tell whether a run has a whole model in this folder of its artifacts."""
    return MLMODEL in _names(client, f"{client.get_run(run_id).info.artifact_uri}/{path}")


def strip(folder: Path) -> None:
    """Leave out what only looking for requirements has made."""
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache, ignore_errors=True)


def _names(client: MlflowClient, place: str) -> set[str]:
    from mlflow.artifacts import list_artifacts

    # Not by the client, which asks for models with ids as soon as a folder is named.
    there = list_artifacts(artifact_uri=place, tracking_uri=client.tracking_uri)
    return {one.path.rpartition("/")[2] for one in there}


def _note(client: MlflowClient, run: Any, described: dict[str, Any]) -> None:
    known = json.loads(run.data.tags.get(HISTORY, "[]"))
    keys = ("run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors")
    text = json.dumps([*known, {key: described.get(key) for key in keys}], default=str)
    if len(text) <= _MOST_TAG:
        client.set_tag(run.info.run_id, HISTORY, text)


def _registered(client: MlflowClient, name: str, run_id: str, path: str) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    source = f"{client.get_run(run_id).info.artifact_uri}/{path}"
    return client.create_model_version(name, source, run_id=run_id).version
