"""A server that gives models no ids of their own: a fit leaves the same run there as on SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import mlflow
import pytest

from tests.kernel.live import LiveKernel, until
from tests.unit.registering.servers import old_server

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = """
import warnings; warnings.filterwarnings("ignore")
import mlflow, mlflow.sklearn, mlflow.xgboost, nbtrack
import xgboost
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
X, y = make_classification(200, random_state=0)
"""
SKLEARN = "fitted = LogisticRegression(C=0.5).fit(X, y); fitted.score(X, y)"
XGBOOST = """
matrix = xgboost.DMatrix(X, y)
fitted = xgboost.train(
    {"max_depth": 2, "objective": "binary:logistic", "base_score": 0.5}, matrix, 5, evals=[(matrix, "train")],
    verbose_eval=False,
)
"""
MODEL = "model/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with old_server(tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    with LiveKernel(tmp_path_factory.mktemp("classic") / "work") as made:
        made.ok("%load_ext nbtrack\n" + DATA)
        made.ok("here = mlflow.get_tracking_uri()")
        yield made


def there(kernel: LiveKernel, uri: str) -> None:
    kernel.ok(f"mlflow.set_tracking_uri({uri!r}); _ = mlflow.set_experiment('classic')")


def files(uri: str, run: Any, folder: str = "") -> set[str]:
    place = f"{run.info.artifact_uri}/{folder}".rstrip("/")
    found = set()
    for one in mlflow.artifacts.list_artifacts(artifact_uri=place, tracking_uri=uri):
        name = one.path.rpartition("/")[2]
        path = f"{folder}/{name}" if folder else name
        found |= files(uri, run, path) if one.is_dir else {path}
    return found


def last_run(kernel: LiveKernel, cell: str) -> dict[str, Any]:
    """Execute a cell and return what plain MLflow says of its run, as far as two stores may agree on it."""
    kernel.ok(cell)
    said = kernel.ok(
        "import json; run = mlflow.last_active_run()\n"
        "print(json.dumps([mlflow.get_tracking_uri(), run.info.run_id]))"
    )
    uri, run_id = json.loads(said.stdout.strip().splitlines()[-1])
    client = mlflow.MlflowClient(uri)
    run = client.get_run(run_id)
    names = files(uri, run)
    return {
        "status": run.info.status,
        "params": run.data.params,
        "metrics": {key: round(value, 9) for key, value in run.data.metrics.items()},
        "points": {key: len(client.get_metric_history(run_id, key)) for key in run.data.metrics},
        "plots": {name for name in names if not name.startswith((MODEL, "nbtrack"))},
        "model": {name for name in names if name.startswith(MODEL)},
        "run_id": run_id,
    }


@pytest.mark.parametrize("cell", [SKLEARN, XGBOOST], ids=["scikit-learn", "XGBoost"])
@pytest.mark.parametrize(
    "whose", ["%track --models inline", "_ = mlflow.autolog(silent=True)"], ids=["ours", "mlflow's"]
)
def test_a_fit_leaves_the_run_that_it_leaves_on_sqlite(
    kernel: LiveKernel, server: Any, cell: str, whose: str
) -> None:
    kernel.ok("%track on")
    kernel.ok(whose)
    kernel.ok("mlflow.set_tracking_uri(here)")
    local = last_run(kernel, cell)
    there(kernel, server.uri)
    classic = last_run(kernel, cell)
    model, run_id = classic.pop("model"), classic.pop("run_id")
    assert not local.pop("model")
    local.pop("run_id")
    assert classic == local
    assert len(classic["metrics"]) >= 1
    assert "model/MLmodel" in model
    flavor = "sklearn" if "sklearn" in cell or "Logistic" in cell else "xgboost"
    given = "X" if flavor == "sklearn" else "matrix"
    same = kernel.ok(
        f"loaded = mlflow.{flavor}.load_model('runs:/{run_id}/model')\n"
        f"print((loaded.predict({given}) == fitted.predict({given})).all())"
    )
    assert "True" in same.stdout


def test_a_model_logged_by_hand_is_registered(kernel: LiveKernel, server: Any) -> None:
    there(kernel, server.uri)
    kernel.ok(
        "with mlflow.start_run() as byhand:\n"
        "    info = mlflow.sklearn.log_model(LogisticRegression().fit(X, y), name='clf', input_example=X[:2],"
        " registered_model_name='churn')"
    )
    said = kernel.ok(
        "loaded = mlflow.pyfunc.load_model('models:/churn/1'); print(len(loaded.predict(X)), info.model_uri,"
        " info.registered_model_version, info.signature is not None)"
    )
    uri = f"runs:/{kernel.ok('print(byhand.info.run_id)').stdout.strip()}/clf"
    assert said.stdout.split() == ["200", uri, "1", "True"]


def test_two_models_of_a_run_do_not_mix(kernel: LiveKernel, server: Any) -> None:
    there(kernel, server.uri)
    said = kernel.ok(
        "with mlflow.start_run():\n"
        "    fits = [LogisticRegression(C=c).fit(X, y) for c in (1.0, 0.1)]\n"
        "    infos = [mlflow.sklearn.log_model(one, name='clf') for one in fits]\n"
        "print([mlflow.sklearn.load_model(info.model_uri).C for info in infos])"
    )
    assert "[1.0, 0.1]" in said.stdout


def test_models_later_are_logged_there_at_once(kernel: LiveKernel, server: Any) -> None:
    there(kernel, server.uri)
    kernel.ok("%track --models later")
    assert "model/MLmodel" in last_run(kernel, SKLEARN)["model"]


def test_a_model_of_a_fit_while_the_server_is_away_comes_later(kernel: LiveKernel, server: Any) -> None:
    there(kernel, server.uri)
    server.kill()
    cell = kernel.ok("%track --models inline\n" + SKLEARN)
    assert "Traceback" not in cell.text
    server.start()
    client = mlflow.MlflowClient(server.uri)
    experiment = client.get_experiment_by_name("classic")
    assert experiment is not None

    def newest() -> set[str]:
        run = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time DESC"])[0]
        return files(server.uri, run)

    until(lambda: "model/MLmodel" in newest(), 180)


def test_it_is_said_once(kernel: LiveKernel) -> None:
    assert kernel.ok("%track status").text.count("keeps models as artifacts of their run") == 1
