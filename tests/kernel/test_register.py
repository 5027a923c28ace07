"""What a fit in a cell leaves can be logged and registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mlflow
import pytest

from tests.kernel.live import of

if TYPE_CHECKING:
    from tests.kernel.live import LiveKernel

READY = """
from nbtrack.registering import memory
from nbtrack.comparing.source import Source
from nbtrack.registering.found import models_of
"""


@pytest.fixture(scope="module", autouse=True)
def ready(shared: LiveKernel) -> None:
    shared.ok(READY)


def test_the_estimator_of_a_fit_is_logged_into_its_run(shared: LiveKernel) -> None:
    shared.ok("model = LogisticRegression(C=0.3).fit(X, y)", "fit")
    (run,) = of(shared, "fit")
    shared.ok(f"found = models_of(Source.current(), {run.info.run_id!r})\nassert found[0].in_memory, found")
    reply = shared.ok(f"print(memory.log_now(Source.current(), {run.info.run_id!r}, lambda _: None))", "log")
    uri = reply.stdout.strip()
    assert reply.stderr == ""
    (logged,) = shared.store.search_logged_models([run.info.experiment_id])
    assert uri == f"models:/{logged.model_id}"
    assert (logged.source_run_id, str(logged.status)) == (run.info.run_id, "READY")
    after = shared.store.get_run(run.info.run_id)
    assert after.outputs is not None
    assert [one.model_id for one in after.outputs.model_outputs] == [logged.model_id]
    assert (after.info.status, after.info.end_time) == ("FINISHED", run.info.end_time)
    assert of(shared, "log") == []
    said = shared.ok("print(*model.predict(X[:9]))").stdout.split()
    loaded = mlflow.pyfunc.load_model(logged.artifact_location)
    assert loaded.metadata.signature.inputs.input_types() != []
    from sklearn.datasets import make_classification  # type: ignore[import-untyped]

    rows = make_classification(200, random_state=0)[0][:9]
    assert [str(one) for one in loaded.predict(rows)] == said


def test_each_run_knows_its_own_estimator(shared: LiveKernel) -> None:
    shared.ok("kept = [LogisticRegression(C=C).fit(X, y) for C in (0.1, 0.2)]", "several")
    ids = [run.info.run_id for run in of(shared, "several") if "C" in run.data.params]
    shared.ok(f"assert [memory.estimator_of(one).C for one in {ids!r}] == [0.1, 0.2]")


def test_a_pipeline_is_remembered_and_not_its_steps(shared: LiveKernel) -> None:
    shared.ok(
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\n"
        "pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)",
        "pipe",
    )
    (run,) = of(shared, "pipe")
    shared.ok(f"assert memory.estimator_of({run.info.run_id!r}) is pipe")


def test_what_a_function_trains_is_remembered(shared: LiveKernel) -> None:
    shared.ok(
        "import xgboost\nbooster = xgboost.train({'objective': 'binary:logistic'}, xgboost.DMatrix(X, y), 3)",
        "booster",
    )
    (run,) = of(shared, "booster")
    shared.ok(
        f"assert memory.estimator_of({run.info.run_id!r}) is booster\n"
        f"(one,) = memory.of_run({run.info.run_id!r})\nassert (one.sample == X[:5]).all()"
    )


def test_fits_in_a_users_run_are_all_remembered(shared: LiveKernel) -> None:
    shared.ok(
        "with mlflow.start_run() as mine:\n"
        "    first = LogisticRegression().fit(X, y)\n"
        "    second = xgboost.XGBClassifier(n_estimators=2).fit(X, y)",
        "users",
    )
    shared.ok(
        "assert [one.get() for one in memory.of_run(mine.info.run_id)] == [first, second]\n"
        "assert memory.estimator_of(mine.info.run_id, 'LogisticRegression') is first"
    )


def test_an_estimator_fitted_again_is_refused_with_the_run_that_has_it(shared: LiveKernel) -> None:
    shared.ok("again = LogisticRegression().fit(X, y)", "earlier")
    shared.ok("again.fit(X, 1 - y)", "later")
    (earlier,), (later,) = of(shared, "earlier"), of(shared, "later")
    reply = shared.run(f"memory.log_now(Source.current(), {earlier.info.run_id!r}, print)")
    assert reply.status == "error"
    assert f"fitted again by run {later.info.run_id[:12]}" in reply.traceback


def test_neither_data_nor_estimator_is_kept_alive(shared: LiveKernel) -> None:
    shared.ok(
        "import gc, weakref\nimport numpy as np\n"
        "def train():\n"
        "    big = np.random.default_rng(0).normal(size=(1000, 4))\n"
        "    model = LogisticRegression().fit(big, big[:, 0] > 0)\n"
        "    return weakref.ref(big), weakref.ref(model)\n"
        "gone = train()",
        "gone",
    )
    shared.ok("gc.collect()\nassert [one() for one in gone] == [None, None]")
    (run,) = of(shared, "gone")
    reply = shared.run(f"memory.log_now(Source.current(), {run.info.run_id!r}, print)")
    assert "not in this kernel's memory" in reply.traceback
