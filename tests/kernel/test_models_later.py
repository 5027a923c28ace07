"""`%track --models later`: the model that autologging would have logged, while the cell goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import pytest
import yaml  # type: ignore[import-untyped]

from tests.kernel.live import LiveKernel, of, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = """
import warnings; warnings.filterwarnings("ignore")
import mlflow, mlflow.sklearn, pickle, time
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, SGDClassifier
X, y = make_classification(200, random_state=0)
"""
CHANGING = (
    "artifact_path", "model_id", "model_uuid", "run_id", "utc_time_created", "model_size_bytes",
)  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    with LiveKernel(tmp_path_factory.mktemp("later") / "work") as made:
        made.ok("%load_ext nbtrack\n" + DATA)
        yield made


@pytest.fixture
def kernel(ready: LiveKernel) -> LiveKernel:
    ready.ok("%track --models later")
    return ready


def model_of(kernel: LiveKernel, run: Any) -> Any:
    """Return the run's one model, once it is ready."""

    def found() -> list[Any]:
        query = f"source_run_id = '{run.info.run_id}'"
        return list(kernel.store.search_logged_models([run.info.experiment_id], query))

    until(lambda: [str(one.status) for one in found()] == ["READY"], 180)
    return found()[0]


def described(kernel: LiveKernel, run: Any) -> dict[str, Any]:
    """Return all of a run's model that is not an id, a time or a size."""
    model = model_of(kernel, run)
    folder = mlflow.artifacts.download_artifacts(model.artifact_location)
    files = {one.relative_to(folder).as_posix() for one in Path(folder).rglob("*") if one.is_file()}
    mlmodel = yaml.safe_load(Path(folder, "MLmodel").read_text())
    for changing in CHANGING:
        mlmodel.pop(changing, None)
    run = kernel.store.get_run(run.info.run_id)
    return {
        "files": files,
        "MLmodel": mlmodel,
        "requirements": Path(folder, "requirements.txt").read_text(),
        "params": model.params,
        "tags": {key: value for key, value in model.tags.items() if not key.startswith("nbtrack.")},
        "metrics": sorted((one.key, one.value, one.step) for one in model.metrics or []),
        "outputs": [(one.model_id == model.model_id, one.step) for one in run.outputs.model_outputs],
        "history": sorted(
            (key, len(kernel.store.get_metric_history(run.info.run_id, key))) for key in run.data.metrics
        ),
        "name": model.name,
    }


def test_it_is_the_model_that_autologging_logs(kernel: LiveKernel) -> None:
    later = kernel.ok(
        "fitted = LogisticRegression().fit(X, y); mlflow.log_metric('mine', 1.5)\n"
        "expected = fitted.predict(X)\n%track status",
        "later",
    )
    kernel.ok("%track --models inline")
    kernel.ok("fitted = LogisticRegression().fit(X, y); mlflow.log_metric('mine', 1.5)", "inline")
    first, second = of(kernel, "later", "inline")
    assert first.info.status == "FINISHED"
    assert described(kernel, first) == described(kernel, second)
    assert "1 upload under way" in later.text
    loaded = f"mlflow.sklearn.load_model('runs:/{first.info.run_id}/model')"
    assert kernel.ok(f"print((expected == {loaded}.predict(X)).all())").stdout.strip() == "True"


def test_it_is_as_it_was_at_the_end_of_the_fit(kernel: LiveKernel) -> None:
    kernel.ok(
        "fitted = SGDClassifier(random_state=0).fit(X, y); as_fitted = fitted.coef_.copy()\n"
        "for _ in range(5): fitted.partial_fit(X[::-1], 1 - y)\n",
        "changed",
    )
    (run,) = of(kernel, "changed")
    # Read in the next cell: it waits for the model.
    loaded = f"mlflow.sklearn.load_model('runs:/{run.info.run_id}/model').coef_"
    told = kernel.ok(f"print((as_fitted == {loaded}).all(), (fitted.coef_ == as_fitted).all())")
    assert told.stdout.split() == ["True", "False"]


@pytest.mark.parametrize(("library", "made"), [("xgboost", "XGBClassifier"), ("lightgbm", "LGBMClassifier")])
def test_boosted_trees(kernel: LiveKernel, library: str, made: str) -> None:
    kernel.ok(
        f"import {library}, mlflow.{library}\n"
        f"fitted = {library}.{made}(n_estimators=3).fit(X, y); expected = fitted.predict(X)",
        library,
    )
    (run,) = of(kernel, library)
    loaded = f"mlflow.{library}.load_model('runs:/{run.info.run_id}/model')"
    assert kernel.ok(f"print((expected == {loaded}.predict(X)).all())").stdout.strip() == "True"


def test_requirements_are_found_out_once(kernel: LiveKernel) -> None:
    def fitted(cell: str, code: str) -> list[str]:
        kernel.ok(code, cell)
        (run,) = of(kernel, cell)
        requirements: list[str] = described(kernel, run)["requirements"].split()
        return requirements

    where = kernel.ok("from nbtrack.journal import requirements; print(requirements.file())")
    file = Path(where.stdout.strip())
    file.unlink(missing_ok=True)
    found = fitted("first", "fitted = LogisticRegression().fit(X, y)")
    (key,) = json.loads(file.read_text())
    file.write_text(json.dumps({key: [*found[1:], "remembered==1"]}))
    again = fitted("second", "fitted = LogisticRegression(C=2).fit(X, y)")
    assert set(again) == {*found, "remembered==1"}
    # What is pickled as code may import anything.
    assert fitted("own", "class Own(LogisticRegression): pass\nfitted = Own().fit(X, y)") == found
    assert list(json.loads(file.read_text())) == [key]


def test_a_kernel_that_is_killed_leaves_its_model(bare: Callable[..., LiveKernel]) -> None:
    kernel = bare()
    kernel.ok("%load_ext nbtrack\n%track --models later\n" + DATA)
    kernel.ok(
        "class Mine(LogisticRegression):\n    extra = 5\n    def twice(self): return 2 * self.extra\n"
        "fitted = Mine().fit(X, y)"
    )
    kernel.kill()
    (run,) = kernel.runs()
    model = model_of(kernel, run)
    loaded = mlflow.sklearn.load_model(model.artifact_location)
    assert loaded.twice() == 10


def test_what_is_logged_by_hand_is_logged_at_once(kernel: LiveKernel) -> None:
    kernel.ok("%track off\nfitted = LogisticRegression().fit(X, y)\n%track on")
    kernel.ok(
        "with mlflow.start_run():\n    made = mlflow.sklearn.log_model(fitted, name='byhand')\n"
        "print(mlflow.get_logged_model(made.model_id).status)",
        "by-hand",
    )
    (run,) = of(kernel, "by-hand")
    assert model_of(kernel, run).name == "byhand"


def test_one_that_is_too_large_is_logged_during_the_cell(kernel: LiveKernel) -> None:
    kernel.ok("import os; os.environ['NBTRACK_MODEL_LIMIT'] = '0.0001'")
    told = kernel.ok("fitted = LogisticRegression().fit(X, y)", "large").stderr
    told += kernel.ok("del os.environ['NBTRACK_MODEL_LIMIT']").stderr
    assert "larger than 0.0001 MB" in told
    (run,) = of(kernel, "large")
    logged = [line for line in kernel.ok("%track status").text.splitlines() if line.startswith("logged ")]
    assert len(logged) == 1
    assert "under way" not in logged[0]
    model_of(kernel, run)


def test_one_that_cannot_be_logged_is_told_of(kernel: LiveKernel) -> None:
    kernel.ok(
        "class Broken(LogisticRegression):\n"
        "    def __getstate__(self):\n        return {'broken': True}\n"
        "    def __setstate__(self, state):\n        raise RuntimeError('not here')\n"
        "fitted = Broken().fit(X, y)",
        "broken",
    )
    said = ""

    def told() -> bool:
        nonlocal said
        said += kernel.ok("1").stderr
        return "could not be logged: RuntimeError: not here" in said

    until(told, 180)
    assert of(kernel, "broken")[0].info.status == "FINISHED"
