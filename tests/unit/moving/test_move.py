"""Experiments from SQLite to a server and back: nothing lost, nothing twice, also after a kill."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

from nbtrack.command import main
from nbtrack.tags import MOVED_FROM, PARENT_RUN_ID
from tests.unit.registering.servers import new_server, old_server
from tests.unit.stores import make_current

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS, POINTS = 12, 3000
NAME = "<img onerror=alert(1)> 'study'"
COMMAND = [sys.executable, "-c", "from nbtrack.command import main; main()"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a store with all that can be moved."""
    folder = tmp_path_factory.mktemp("source")
    make_current(folder / "mlflow.db")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    client = MlflowClient(uri, uri)
    experiment = client.create_experiment(NAME, (folder / "artifacts").as_uri(), {"team": "churn"})
    parent = ""
    for number in range(RUNS):
        tags = {"nbtrack.cell.id": "c", **({PARENT_RUN_ID: parent} if number % 3 else {})}
        run = client.create_run(experiment, 1_700_000_000_000 + number, tags, f"run {number}")
        run_id = run.info.run_id
        parent = parent if number % 3 else run_id
        client.log_batch(run_id, params=[Param(f"p{one}", str(one)) for one in range(130)])
        at = 1_700_000_000_000
        for first in range(0, POINTS, 1000):
            client.log_batch(
                run_id, [Metric("loss", 1 / (n + 1), at + n, n) for n in range(first, first + 1000)]
            )
        odd = [
            Metric("odd/ä", math.nan, at, 0), Metric("odd/ä", 2.0, at, -1), Metric("odd/ä", -math.inf, at, 1),
        ]  # fmt: skip
        client.log_batch(run_id, odd)
        client.log_text(run_id, f"text {number}", "notes/deep er/ü.txt")
        data = Dataset("heart", f"digest{number}", "local", "here")
        client.log_inputs(run_id, [DatasetInput(data, [InputTag("mlflow.data.context", "train")])])
        client.set_terminated(run_id, "FAILED" if number == 1 else "FINISHED", at + 10 + number)
    _model(uri, client, experiment, run_id)
    return uri


def _model(uri: str, client: MlflowClient, experiment: str, run_id: str) -> None:
    from mlflow.entities import LoggedModelOutput

    model = client.create_logged_model(experiment, "clf", run_id, {"kind": "toy"}, {"depth": "2"}, "tree")
    path = Path(uri.removeprefix("sqlite:///")).parent / "saved"
    path.mkdir()
    (path / "MLmodel").write_text("flavors: {}\n")
    (path / "data").mkdir()
    (path / "data" / "weights.bin").write_bytes(bytes(range(256)))
    client.log_model_artifacts(model.model_id, str(path))
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    client.log_metric(run_id, "f1", 0.75, 1_700_000_000_500, 3, model_id=model.model_id)
    client.create_registered_model('churn\'s "best"', {"owner": "rosa"}, "who leaves")
    for _ in range(2):
        client.create_model_version(
            'churn\'s "best"',
            model.artifact_location,
            run_id,
            {"v": "1"},
            None,
            "first",
            model_id=model.model_id,
        )
    client.set_registered_model_alias('churn\'s "best"', "champion", "2")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    (tmp_path / "server").mkdir()
    with new_server(tmp_path / "server") as made:
        yield made


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    yield
    mlflow.set_tracking_uri(before[0])
    mlflow.set_registry_uri(before[1])


def nbtrack(*words: str) -> str:
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.output)


def content(uri: str) -> dict[str, Any]:
    """Return by plain MLflow all that must be the same in two stores, by the names of runs."""
    client = MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name(NAME)
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    names = {run.info.run_id: run.info.run_name for run in runs}
    found: dict[str, Any] = {}
    for run in runs:
        info, data = run.info, run.data
        assert info.run_name not in found
        found[info.run_name] = {
            "state": (info.status, info.start_time, info.end_time),
            "params": data.params,
            "tags": {
                key: value for key, value in data.tags.items() if "moved" not in key and key != PARENT_RUN_ID
            },
            "parent": names.get(data.tags.get(PARENT_RUN_ID)),
            "latest": {key: repr(value) for key, value in data.metrics.items()},
            "points": {
                key: sorted(
                    (one.step, one.timestamp, repr(one.value))
                    for one in client.get_metric_history(info.run_id, key)
                )
                for key in data.metrics
            },
            "inputs": sorted(one.dataset.digest for one in (run.inputs.dataset_inputs if run.inputs else [])),
            "text": mlflow.artifacts.load_text(f"{info.artifact_uri}/notes/deep er/ü.txt"),
        }
    found["experiment"] = {
        key: value for key, value in experiment.tags.items() if not key.startswith("mlflow.")
    }
    return found


def models(uri: str) -> dict[str, Any]:
    client = MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name(NAME)
    assert experiment is not None
    (model,) = client.search_logged_models([experiment.experiment_id])
    run = client.get_run(str(model.source_run_id))
    outputs = run.outputs.model_outputs if run.outputs else []
    registered = client.get_registered_model('churn\'s "best"')
    champion = client.get_model_version_by_alias('churn\'s "best"', "champion")
    return {
        "model": (model.name, model.model_type, model.params, str(model.status), model.tags["kind"]),
        "metrics": [(one.key, one.value, one.step) for one in model.metrics or []],
        "of": run.info.run_name,
        "outputs": [one.model_id == model.model_id for one in outputs],
        "registered": (registered.description, registered.tags),
        "champion": (
            int(champion.version),
            champion.description,
            champion.tags["v"],
            champion.source == model.artifact_location,
        ),
        "versions": [int(one.version) for one in client.search_model_versions()],
    }


def test_all_of_it_arrives_at_a_server_once(source: str, server: Any, tmp_path: Path) -> None:
    assert nbtrack("export", "out", "--store", source) == f"{RUNS} runs in out, {RUNS} of them new.\n"
    assert nbtrack("export", "out", "--store", source) == f"{RUNS} runs in out, 0 of them new.\n"
    said = nbtrack("import", "out", "--store", server.uri)
    assert said == f"{RUNS} runs are in the store as they were exported, {RUNS} of them new.\n"
    mlflow.set_tracking_uri(server.uri)
    there = content(server.uri), models(server.uri)
    mlflow.set_tracking_uri(source)
    assert there == (content(source), models(source))
    assert "0 of them new" in nbtrack("import", "out", "--store", server.uri)
    assert sorted(models(server.uri)["versions"]) == [1, 2]
    # And back again, into a third store.
    make_current(tmp_path / "third.db")
    nbtrack("export", "back", "--store", server.uri)
    nbtrack("import", "back", "--store", str(tmp_path / "third.db"))
    third = f"sqlite:///{tmp_path / 'third.db'}"
    assert (content(third), models(third)) == there


def test_killed_twice_it_goes_on(source: str, server: Any, tmp_path: Path) -> None:
    env = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    client = MlflowClient(server.uri)

    def arrived() -> int:
        found = client.get_experiment_by_name(NAME)
        return len(client.search_runs([found.experiment_id])) if found else 0

    def killed(words: list[str], when: Any) -> None:
        process = subprocess.Popen([*COMMAND, *words], cwd=tmp_path, env=env)
        until = time.monotonic() + 120
        while not when():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
        process.wait()

    killed(["export", "out", "--store", source], lambda: len(list(tmp_path.glob("out/runs/*"))) > 2)
    assert "new" in nbtrack("export", "out", "--store", source)
    for number in (2, 6):
        killed(["import", "out", "--store", server.uri], lambda least=number: arrived() >= least)
        assert arrived() < RUNS
    nbtrack("import", "out", "--store", server.uri)
    mlflow.set_tracking_uri(server.uri)
    there = content(server.uri), models(server.uri)
    mlflow.set_tracking_uri(source)
    assert there == (content(source), models(source))


def test_a_store_without_models_of_their_own_gets_their_files(source: str, tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with old_server(tmp_path / "server") as old:
        nbtrack("export", "out", "--store", source)
        nbtrack("import", "out", "--store", old.uri)
        mlflow.set_tracking_uri(old.uri)
        there = content(old.uri)
        client = MlflowClient(old.uri, old.uri)
        version = client.get_model_version_by_alias('churn\'s "best"', "champion")
        place = client.get_model_version_download_uri('churn\'s "best"', version.version)
        weights = mlflow.artifacts.download_artifacts(f"{place}/data/weights.bin")
        assert Path(weights).read_bytes() == bytes(range(256))
    mlflow.set_tracking_uri(source)
    assert there == content(source)


def test_what_was_changed_in_the_folder_is_refused(source: str, tmp_path: Path) -> None:
    nbtrack("export", "out", "--store", source)
    next(tmp_path.glob("out/runs/*/artifacts/notes/*/*.txt")).write_text("other")
    make_current(tmp_path / "other.db")
    done = CliRunner().invoke(main, ["import", "out", "--store", "other.db"])
    assert done.exit_code == 1
    assert "are not those that were exported" in done.output


def test_points_that_are_missing_are_noticed(source: str, tmp_path: Path) -> None:
    nbtrack("export", "out", "--store", source)
    file = next(tmp_path.glob("out/runs/*/points.jsonl"))
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    make_current(tmp_path / "other.db")
    done = CliRunner().invoke(main, ["import", "out", "--store", "other.db"])
    assert done.exit_code == 1
    assert "is not the same in the store" in done.output


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    from nbtrack.errors import Invalid
    from nbtrack.moving.form import place, safe

    for path in ("../x", "a/../../x", "/etc/passwd", "C:/x", "a\\..\\x", "", "a\0b"):
        with pytest.raises(Invalid, match="leads out"):
            safe(path)
    for own_id in ("..", "a/b", "", ".hidden", "a\0"):
        with pytest.raises(Invalid, match="no id"):
            place(tmp_path, "runs", own_id)
    for path in ("notes/ü ..txt", "at 10:30.log"):
        assert safe(path) == path


@pytest.mark.parametrize("words", [["export", "out", "--experiment", "nothing"], ["import", "."]])
def test_what_can_not_be_done_is_said(words: list[str], tmp_path: Path) -> None:
    make_current(tmp_path / "mlflow.db")
    done = CliRunner().invoke(main, [*words, "--store", "mlflow.db"])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert ("no experiment called 'nothing'" in done.output) or ("is no export" in done.output)


def test_the_old_id_is_kept(source: str, tmp_path: Path) -> None:
    nbtrack("export", "out", "--store", source)
    make_current(tmp_path / "other.db")
    nbtrack("import", "out", "--store", "other.db")
    theirs = MlflowClient(f"sqlite:///{tmp_path / 'other.db'}")
    ours = MlflowClient(source)
    experiment = theirs.get_experiment_by_name(NAME)
    assert experiment is not None
    for run in theirs.search_runs([experiment.experiment_id]):
        assert ours.get_run(run.data.tags[MOVED_FROM]).info.run_name == run.info.run_name
