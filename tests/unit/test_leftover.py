"""Old file stores, made and brought over by MLflow itself."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nbtrack import settings

if TYPE_CHECKING:
    from pathlib import Path

MAKE = """
import sys, mlflow
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("old")
with mlflow.start_run(run_name="kept"):
    mlflow.log_metric("acc", 0.5)
"""
READ = """
import sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
runs = client.search_runs([e.experiment_id for e in client.search_experiments()])
print([(r.info.run_name, r.data.metrics) for r in runs])
"""


def run(*command: str, **environ: str) -> str:
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", **environ}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def resolve(folder: Path, root: Path | None = None, store: str | None = None) -> settings.Settings:
    return settings.resolve(folder=folder, root=root, notebook=None, store=store, environ={})


def test_the_notices_command_brings_a_real_file_store_over(tmp_path: Path) -> None:
    folder = tmp_path / "my project"
    folder.mkdir()
    mlruns = folder / "mlruns"
    run(sys.executable, "-c", MAKE, mlruns.as_uri(), MLFLOW_ALLOW_FILE_STORE="true")

    found = resolve(folder)
    assert found.leftover_mlruns == str(mlruns)
    notice = settings.leftover_notice(found)
    assert notice is not None
    command, magic = (shlex.split(part) for part in notice.split("`")[1::2])
    assert command[:2] == ["mlflow", "migrate-filestore"]
    run(sys.executable, "-m", *command)

    assert magic[:2] == ["%track", "--store"]
    store = resolve(folder, store=magic[2]).store
    assert run(sys.executable, "-c", READ, store).strip() == "[('kept', {'acc': 0.5})]"
    assert resolve(folder).leftover_mlruns is None


def file_store(folder: Path) -> Path:
    (folder / "mlruns" / "0").mkdir(parents=True)
    (folder / "mlruns" / "0" / "meta.yaml").touch()
    return folder / "mlruns"


def test_a_leftover_in_the_root_is_found_too(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    mlruns = file_store(tmp_path)
    assert resolve(tmp_path / "deep", root=tmp_path).leftover_mlruns == str(mlruns)
    assert resolve(tmp_path / "deep").leftover_mlruns is None


@pytest.mark.parametrize("form", ["uri", "path"])
def test_a_file_store_in_use_is_no_leftover(tmp_path: Path, form: str) -> None:
    mlruns = file_store(tmp_path)
    environ = {"MLFLOW_TRACKING_URI": mlruns.as_uri() if form == "uri" else str(mlruns)}
    found = settings.resolve(folder=tmp_path, root=None, notebook=None, environ=environ)
    assert found.leftover_mlruns is None
    assert settings.leftover_notice(found) is None


def test_artifacts_of_a_sqlite_store_are_no_leftover(tmp_path: Path) -> None:
    (tmp_path / "mlruns" / "1" / "abc" / "artifacts").mkdir(parents=True)
    assert resolve(tmp_path).leftover_mlruns is None
