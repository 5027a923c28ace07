"""Models of many kinds, logged from memory and registered: plain MLflow loads them in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import pytest
from mlflow.models import Model

from nbtrack import modelfolder
from nbtrack.comparing.source import Source
from nbtrack.registering import memory
from nbtrack.registering.found import models_of
from tests.unit.registering_models import fresh, trained

if TYPE_CHECKING:
    from nbtrack.registering.progress import Progress

NAMES = [
    "forest", "pipeline", "search", "no-names", "xgb-api", "xgb-booster", "xgb-in-pipeline", "lgbm-api",
    "lgbm-booster", "own-code", "plain-object", "python-model",
]  # fmt: skip
CLASSIC = ["forest", "xgb-booster", "own-code"]  # logged also as a store without LoggedModels would have them
INFERS = "own-code"  # MLflow finds out what this one needs; the others are told, which saves seconds


class Registry:
    """All models registered in one store, and what a fresh process made of them."""

    def __init__(self, folder: Path) -> None:
        self.source = Source(f"sqlite:///{folder / 'mlflow.db'}")
        self.client = mlflow.MlflowClient(self.source.uri, self.source.uri)
        experiment = self.client.create_experiment("models", (folder / "artifacts").as_uri())
        self.trained = trained.many(folder)
        self.runs: dict[str, str] = {}
        self.uris: dict[str, str] = {}
        self.before: dict[str, Any] = {}
        self.told: list[Progress] = []
        for name in NAMES:
            one = self.trained[name]
            run_id = self.runs[name] = self.client.create_run(experiment).info.run_id
            memory.remember(run_id, one.model, one.given)
            self.before[name] = models_of(self.source, run_id)
            needs = () if name == INFERS else ("mlflow",)
            uri = memory.log_now(self.source, run_id, self.told.append, pip_requirements=needs)
            logged_model = self.client.get_logged_model(uri.removeprefix("models:/"))
            self._register(name, uri, logged_model.artifact_location)
        for name in CLASSIC:
            self._classic(name, experiment, folder / f"saved-{name}")
        self.found = self._fresh(folder)

    def _register(self, name: str, uri: str, place: str) -> None:
        self.uris[name] = uri
        self.client.create_registered_model(name)
        model_id = uri.removeprefix("models:/") if uri.startswith("models:/") else None
        self.client.create_model_version(name, place, self.runs[name], model_id=model_id)

    def _classic(self, name: str, experiment: str, folder: Path) -> None:
        one, name = self.trained[name], f"{name}-classic"
        run_id = self.runs[name] = self.client.create_run(experiment).info.run_id
        from nbtrack.registering import flavors

        flavors.save(one.model, folder, one.given, pip_requirements=["mlflow"])
        uri = f"runs:/{run_id}/{modelfolder.keep(self.client, run_id, folder, 'model')}"
        run = self.client.get_run(run_id)
        self._register(name, uri, f"{run.info.artifact_uri}/model")

    def _fresh(self, folder: Path) -> dict[str, Any]:
        asked = {}
        for name in self.uris:
            given = self.trained[name.removesuffix("-classic")].given
            columns = list(given.columns) if hasattr(given, "columns") else None
            rows = given if columns is None else given.to_numpy()
            asked[name] = {"columns": columns, "rows": rows.tolist()}
        env = {**os.environ, "PYTHONPATH": "", "MLFLOW_TRACKING_URI": self.source.uri}
        done = subprocess.run(
            [sys.executable, str(Path(fresh.__file__)), self.source.uri, *self.uris],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
            cwd=folder / "artifacts",
            env=env,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return Registry(tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize("name", [*NAMES, *(f"{name}-classic" for name in CLASSIC)])
def test_a_fresh_process_predicts_exactly_the_same(registry: Registry, name: str) -> None:
    expected = registry.trained[name.removesuffix("-classic")].expected
    assert len(set(map(str, expected))) > 1
    assert registry.found[name] == expected


@pytest.mark.parametrize("name", NAMES)
def test_what_is_in_memory_is_shown_before_and_what_is_logged_after(registry: Registry, name: str) -> None:
    one = registry.trained[name]
    (before,) = registry.before[name]
    assert (before.uri, before.in_memory, before.flavors) == (None, True, (one.flavor,))
    (after,) = models_of(registry.source, registry.runs[name])
    assert (after.uri, after.in_memory) == (registry.uris[name], False)
    assert (after.flavors[-1], after.versions) == ("python_function", [{"name": name, "version": "1"}])
    assert one.flavor in (*after.flavors, "pyfunc")
    assert after.size is not None
    for found in (before, after):
        assert found.example is not None
        assert len(found.example["rows"]) == 5
        json.dumps(found.example, allow_nan=False)
        assert found.signature is not None
    if hasattr(one.given, "columns"):
        assert after.signature is not None
        assert after.example is not None
        assert [one["name"] for one in after.signature["inputs"]] == list("abcdef")
        assert after.example["columns"] == list("abcdef")
        assert after.example["rows"][0] == one.given.iloc[0].tolist()


def test_models_without_ids_are_found_as_artifacts(registry: Registry) -> None:
    (found,) = models_of(registry.source, registry.runs["forest-classic"])
    assert (found.uri, found.model_id) == (f"runs:/{registry.runs['forest-classic']}/model", None)
    assert found.flavors == ("sklearn", "python_function")
    assert found.versions == [{"name": "forest-classic", "version": "1"}]


def test_own_modules_go_along_and_requirements_are_inferred(registry: Registry) -> None:
    model = Model.load(_place(registry, INFERS))
    code = Path(_place(registry, INFERS)) / model.flavors["python_function"]["code"]
    # Whoever imports from there leaves bytecode beside, MLflow's own search for requirements too.
    files = sorted(one.relative_to(code).as_posix() for one in code.rglob("*.py"))
    assert files == ["own_arithmetic/__init__.py", "own_arithmetic/parts.py", "own_threshold.py"]
    needs = (Path(_place(registry, INFERS)) / "requirements.txt").read_text(encoding="utf-8")
    assert "scikit-learn==" in needs
    assert "nbtrack" not in needs


def test_scikit_learn_is_not_written_as_skops_which_older_clients_can_not_read(registry: Registry) -> None:
    for name in ("forest", "lgbm-api"):
        flavors = Model.load(_place(registry, name)).flavors
        assert {one.get("serialization_format") for one in flavors.values()} <= {"cloudpickle", None}


def test_a_model_names_its_run_and_its_id(registry: Registry) -> None:
    model = Model.load(_place(registry, "forest"))
    assert model.run_id == registry.runs["forest"]
    assert f"models:/{model.model_id}" == registry.uris["forest"]


def test_progress_is_told_in_bytes_and_ends_whole(registry: Registry) -> None:
    sent = [one for one in registry.told if one.total is not None]
    assert sent[-1].done == sent[-1].total
    assert all(0 <= (one.done or 0) <= (one.total or 0) for one in sent)
    assert registry.told[0].total is None


def test_the_same_object_is_not_logged_again(registry: Registry) -> None:
    run_id = registry.runs["forest"]
    assert memory.log_now(registry.source, run_id, registry.told.append) == registry.uris["forest"]
    assert len(models_of(registry.source, run_id)) == 1


def _place(registry: Registry, name: str) -> str:
    model_id = registry.uris[name].removeprefix("models:/")
    return registry.client.get_logged_model(model_id).artifact_location.removeprefix("file://")
