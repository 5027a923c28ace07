"""Old file stores, made and brought over by MLflow itself."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import mlflow.cli
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient

from nbtrack import settings

if TYPE_CHECKING:
    from pathlib import Path


def resolve(folder: Path, root: Path | None = None, store: str | None = None) -> settings.Settings:
    return settings.resolve(folder=folder, root=root, notebook=None, store=store, environ={})


def test_the_notices_command_brings_a_real_file_store_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my project"
    folder.mkdir()
    mlruns = folder / "mlruns"
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    old = MlflowClient(mlruns.as_uri())
    run = old.create_run(old.create_experiment("old"), run_name="kept")
    old.log_metric(run.info.run_id, "acc", 0.5)
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")

    found = resolve(folder)
    assert found.leftover_mlruns == str(mlruns)
    notice = settings.leftover_notice(found)
    assert notice is not None
    command, magic = (shlex.split(part) for part in notice.split("`")[1::2])
    assert command[0] == "mlflow"
    done = CliRunner().invoke(mlflow.cli.cli, command[1:])
    assert done.exit_code == 0, done.output

    assert magic[:2] == ["%track", "--store"]
    new = MlflowClient(resolve(folder, store=magic[2]).store)
    assert new.get_run(run.info.run_id).data.metrics == {"acc": 0.5}
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
