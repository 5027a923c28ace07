"""Logs one model, or files, that were put off: `python -m nbtrack.journal.logmodel CALL RUN_ID`.

In a process of its own, since what it loads is large, may crash, and is the user's: MLflow's own call is made
here as autologging would have made it. The tracking URI comes with the environment.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from nbtrack import capabilities, modelfolder
from nbtrack.journal import postponed, requirements
from nbtrack.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

# What this process ends with, beside 0.
FAILED, AWAY = 1, 3
_LONGEST = 500  # characters of an error


def main(folder: Path, run_id: str) -> int:
    """Make the call; return how the process is to end."""
    # One whose sender was killed may still be at it.
    with filelock.FileLock(folder.parent / f"{folder.name}.lock", mode=0o600):
        about = postponed.about(folder)
        if about is None:
            return 0
        os.environ.update(about.environment)
        sys.path[:] = [*about.path, *sys.path]
        with contextlib.suppress(OSError):
            os.chdir(about.folder)
        try:
            _log(folder, about, run_id)
        except Exception as error:  # noqa: BLE001 - whatever the user's model raises
            said = f"{type(error).__name__}: {' '.join(str(error).split())}"
            (folder / postponed.ERROR).write_text(redact(said)[:_LONGEST], encoding="utf-8")
            return AWAY if _is_away(error) else FAILED
        postponed.drop(folder)
    with contextlib.suppress(OSError):
        Path(f"{folder}.lock").unlink()
    return 0


def _log(folder: Path, about: postponed.Postponed, run_id: str) -> None:
    mlflow = import_module("mlflow")
    with (folder / postponed.CALL).open("rb") as file:
        call = requirements.Naming(file)
        asked = call.load()
    if not about.flavor:
        mlflow.MlflowClient().log_artifacts(run_id, str(folder / postponed.FILES), asked)
        return
    flavor = import_module(about.flavor)
    from mlflow.models import Model

    if not about.model_id and not capabilities.of(mlflow.MlflowClient()).logged_models:
        modelfolder.log(Model, flavor, **{**asked, "run_id": run_id})
        return
    if about.model_id:
        _link_once(about.model_id)
    else:  # MLflow begins it in the experiment of this process
        experiment_id = mlflow.get_run(run_id).info.experiment_id
        os.environ["MLFLOW_EXPERIMENT_ID"] = experiment_id
    with requirements.remembered(requirements.key_of(about.flavor, call.named)):
        Model.log(flavor=flavor, **{**asked, "run_id": run_id, "model_id": about.model_id or None})


def _link_once(model_id: str) -> None:
    """Have MLflow link run, metrics and model where they are not linked yet: twice is an error in SQL stores.

    The kernel has linked what it logged since, and this process may have had a predecessor.
    """
    from mlflow import MlflowClient

    log_outputs, log_batch = MlflowClient.log_outputs, MlflowClient.log_batch

    def log_new_outputs(self: MlflowClient, run_id: str, models: Sequence[Any]) -> Any:
        outputs = self.get_run(run_id).outputs
        known = {one.model_id for one in outputs.model_outputs} if outputs else set()
        new = [one for one in models if one.model_id not in known]
        return log_outputs(self, run_id, new) if new else None

    def log_new_metrics(self: MlflowClient, run_id: str, metrics: Sequence[Any] = (), **more: Any) -> Any:
        linked = self.get_logged_model(model_id).metrics or []
        known = {(one.key, one.timestamp, one.step) for one in linked}
        new = [one for one in metrics if (one.key, one.timestamp, one.step) not in known]
        return log_batch(self, run_id, metrics=new, **more)

    for name, ours in (("log_outputs", log_new_outputs), ("log_batch", log_new_metrics)):
        setattr(MlflowClient, name, ours)


def _is_away(error: BaseException | None) -> bool:
    """Tell whether the store, rather than the model, is the cause."""
    while error is not None:
        name = type(error).__module__.partition(".")[0]
        if isinstance(error, ConnectionError | TimeoutError) or name in ("requests", "urllib3"):
            return True
        if "API request to" in str(error) and "failed with" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)  # the user's own work comes first
    os.umask(0o077)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
