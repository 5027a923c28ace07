"""What is remembered of a fit, what is refused, and what of a model's files is believed."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from nbtrack import modelfolder
from nbtrack.comparing.source import Source
from nbtrack.errors import Conflict, Invalid, NotFound
from nbtrack.registering import flavors, memory, samples
from nbtrack.registering.found import models_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

X = np.arange(40.0).reshape(10, 4)
Y = X @ [1.0, 2.0, 0.0, -1.0] + [0, 1] * 5


@pytest.fixture(autouse=True)
def _nothing_before() -> Iterator[None]:
    memory.clear()
    yield
    memory.clear()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder: Path = tmp_path_factory.mktemp("memory")
    source = Source(f"sqlite:///{folder / 'mlflow.db'}")
    client = mlflow.MlflowClient(source.uri, source.uri)
    client.create_experiment("memory", (folder / "artifacts").as_uri())
    return source


def run_of(source: Source) -> str:
    experiment = source.client.get_experiment_by_name("memory")
    assert experiment is not None
    run_id: str = source.client.create_run(experiment.experiment_id).info.run_id
    return run_id


def test_an_object_that_is_gone_is_told_by_its_name_and_its_sample_goes_with_it() -> None:
    memory.remember("run", LinearRegression().fit(X, Y), X)
    gc.collect()
    assert memory.of_run("run") == []
    why = memory.why_not("run")
    assert isinstance(why, NotFound)
    assert "LinearRegression" in why.message
    assert "model=object" in why.hint
    assert "Whatever run other" in str(memory.why_not("other"))


def test_a_further_fit_of_the_same_object_belongs_to_the_later_run() -> None:
    model = LinearRegression().fit(X, Y)
    memory.remember("first", model, X, automatic=True)
    memory.remember("second", model.fit(X, -Y), X, automatic=True)
    assert memory.estimator_of("first") is None
    assert memory.estimator_of("second") is model
    assert memory.last_run() == "second"
    why = memory.why_not("first")
    assert isinstance(why, Conflict)
    assert "fitted again by run second" in why.message


def test_an_object_named_by_hand_is_taken_for_any_run() -> None:
    model = LinearRegression().fit(X, Y)
    memory.remember("fits", model, X, automatic=True)
    memory.remember("named", model, X)
    assert memory.estimator_of("fits") is model
    assert memory.estimator_of("named") is model


def test_a_fit_that_no_run_saw_is_noticed() -> None:
    alone, step = LinearRegression().fit(X, Y), make_pipeline(StandardScaler(), LinearRegression()).fit(X, Y)
    memory.remember("alone", alone, automatic=True)
    memory.remember("step", step, automatic=True)
    alone.predict(X), step.predict(X)
    assert memory.why_not("alone") is None
    alone.fit(X, -Y)
    step[-1].fit(X, -Y)
    for run in ("alone", "step"):
        assert "was changed since" in str(memory.why_not(run))


def test_an_object_of_no_framework_that_changes_is_noticed() -> None:
    class Mean:
        value = 0.0

        def predict(self, rows: Any) -> Any:
            return rows + self.value

    model = Mean()
    memory.remember("run", model)
    assert memory.why_not("run") is None
    model.value = 2.0
    assert isinstance(memory.why_not("run"), Conflict)


def test_only_so_many_runs_and_objects_are_remembered() -> None:
    models = [LinearRegression() for _ in range(400)]
    for number, model in enumerate(models):
        memory.remember(f"run-{number}", model)
        memory.remember("one", model)
    assert len(memory.of_run("one")) == 20
    assert len({one.name for one in memory.of_run("one")}) == 20
    assert memory.estimator_of("run-0") is None
    assert memory.estimator_of("run-399") is models[-1]


@pytest.mark.parametrize(
    "data",
    [
        X,
        pd.DataFrame(X),
        pd.DataFrame({"when": pd.date_range("2026", periods=10), "what": [None, "<", np.nan, np.inf, 1] * 2}),
        pd.Series(X[:, 0], name="one"),
        sparse.csr_matrix(X),
        X.tolist(),
        ["a text", "another"] * 5,
    ],
)  # fmt: skip
def test_samples_are_few_rows_that_keep_nothing_and_are_json(data: Any) -> None:
    sample: Any = samples.first_rows(data)
    assert (sample.shape[0] if hasattr(sample, "shape") else len(sample)) == 5
    base = getattr(sample, "base", None)
    assert base is None
    table = samples.table(sample)
    assert table is not None
    assert len(table["rows"]) == 5
    json.dumps(table, allow_nan=False)


def test_what_is_no_table_or_too_large_is_not_kept() -> None:
    assert samples.first_rows(iter([1, 2])) is None
    assert samples.first_rows(sparse.coo_matrix(X)) is None
    assert samples.first_rows(np.zeros((3, 400_000))) is None
    one_row = samples.first_rows(np.zeros((8, 60_000)))
    assert one_row is not None
    assert one_row.shape == (1, 60_000)


def test_what_can_not_predict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="it has no `predict`"):
        flavors.save(object(), tmp_path / "model")


def test_what_can_not_be_pickled_is_refused_with_mlflows_words(source: Source) -> None:
    class Holds:
        def __init__(self) -> None:
            self.lines = (line for line in "ab")

        def predict(self, rows: Any) -> Any:
            return rows

    run_id, model = run_of(source), Holds()
    memory.remember(run_id, model)
    with pytest.raises(Invalid, match=r"could not save this Holds: .*generator"):
        memory.log_now(source, run_id, lambda _: None, pip_requirements=["mlflow"])
    (found,) = models_of(source, run_id)
    assert found.in_memory


def test_an_upload_that_breaks_leaves_no_model_and_the_same_again_makes_one(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, model = run_of(source), LinearRegression().fit(X, Y)
    memory.remember(run_id, model, X)
    sent: list[str] = []
    whole = mlflow.MlflowClient.log_model_artifact

    def breaks(self: Any, model_id: str, path: str) -> None:
        sent.append(path)
        if len(sent) == 3:
            raise OSError(28, "No space left on device")
        whole(self, model_id, path)

    monkeypatch.setattr(mlflow.MlflowClient, "log_model_artifact", breaks)
    with pytest.raises(Exception, match="No space left"):
        memory.log_now(source, run_id, lambda _: None, pip_requirements=["mlflow"])
    (found,) = models_of(source, run_id)
    assert found.in_memory
    uri = memory.log_now(source, run_id, lambda _: None, pip_requirements=["mlflow"])
    assert sent[-1].endswith(modelfolder.MLMODEL)
    assert [one.uri for one in models_of(source, run_id)] == [uri]


def test_several_objects_of_a_run_are_logged_by_their_names(source: Source) -> None:
    run_id = run_of(source)
    first, second = (
        LinearRegression().fit(X, Y),
        make_pipeline(StandardScaler(), LinearRegression()).fit(X, Y),
    )
    memory.remember(run_id, first, X)
    memory.remember(run_id, second, X)
    assert [one.name for one in models_of(source, run_id)] == ["LinearRegression", "Pipeline"]
    uri = memory.log_now(
        source, run_id, lambda _: None, which="LinearRegression", pip_requirements=["mlflow"]
    )
    names = [(one.name, one.in_memory) for one in models_of(source, run_id)]
    assert names == [("LinearRegression", False), ("Pipeline", True)]
    memory.remember(run_id, first, X)
    again = memory.log_now(source, run_id, lambda _: None, which="LinearRegression")
    assert again == uri


@pytest.mark.parametrize(
    "text",
    [
        "",
        "flavors: 7",
        "[1, 2",
        "flavors: {sklearn: {}}\nsignature: {inputs: '['}",
        "!!python/object:os.x {}",
    ],
)
def test_files_of_a_model_that_make_no_sense_are_not_believed(source: Source, text: str) -> None:
    run_id = run_of(source)
    source.client.log_text(run_id, text, "odd/MLmodel")
    (found,) = models_of(source, run_id)
    assert (found.uri, found.flavors, found.signature) == (f"runs:/{run_id}/odd", (), None)
