"""Two models scored on the same rows: numbers worked out by others, and intervals that hold what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
import xgboost
from scipy import stats  # type: ignore[import-untyped]
from sklearn import metrics  # type: ignore[import-untyped]
from sklearn.datasets import load_iris  # type: ignore[import-untyped]
from sklearn.linear_model import LinearRegression, LogisticRegression  # type: ignore[import-untyped]
from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

from nbtrack.errors import Invalid
from nbtrack.registering import measures, paired
from nbtrack.registering.scoring import scored

if TYPE_CHECKING:
    from pathlib import Path

RANDOM = np.random.default_rng(7)
X = pd.DataFrame(RANDOM.normal(size=(300, 3)), columns=list("abc"))
Y = (X["a"] + 0.7 * RANDOM.normal(size=300) > 0).astype(int).to_numpy()
PRICE = (3 * X["a"] - X["b"] + RANDOM.normal(size=300)).to_numpy()
TEST = slice(150, None)


def saved(folder: Path, name: str, model: Any) -> str:
    place = folder / name
    if isinstance(model, xgboost.Booster):
        mlflow.xgboost.save_model(model, place, pip_requirements=["mlflow"])
    else:
        mlflow.sklearn.save_model(
            model, place, serialization_format="cloudpickle", pip_requirements=["mlflow"]
        )
    return place.as_uri()


@pytest.fixture(scope="module")
def uris(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("scored")
    words = np.array(["stay", "leave"])[Y]
    fitted = {
        "good": LogisticRegression().fit(X[:150], Y[:150]),
        "tree": DecisionTreeClassifier(max_depth=2, random_state=0).fit(X[:150].assign(a=0), Y[:150]),
        "words": LogisticRegression().fit(X[:150], words[:150]),
        "price": LinearRegression().fit(X[:150], PRICE[:150]),
        "price-less": LinearRegression().fit(X[:150].assign(b=0), PRICE[:150]),
        "booster": xgboost.train(
            {"objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(X[:150], Y[:150]), 5
        ),
        "iris": DecisionTreeClassifier(max_depth=1, random_state=0).fit(*load_iris(return_X_y=True)),
    }  # fmt: skip
    return {name: saved(folder, name, model) for name, model in fitted.items()}


def values(frame: pd.DataFrame, column: str) -> dict[str, float]:
    return dict(zip(frame["metric"], frame[column], strict=True))


def test_metrics_of_classes_are_those_of_scikit_learn(uris: dict[str, str]) -> None:
    found = scored(uris["good"], uris["tree"], X[TEST].assign(y=Y[TEST]), "y", resamples=50)
    model = mlflow.sklearn.load_model(uris["good"])
    said, chance, truth = model.predict(X[TEST]), model.predict_proba(X[TEST]), Y[TEST]
    expected = {
        "accuracy_score": metrics.accuracy_score(truth, said),
        "precision_score": metrics.precision_score(truth, said),
        "recall_score": metrics.recall_score(truth, said),
        "f1_score": metrics.f1_score(truth, said),
        "log_loss": metrics.log_loss(truth, chance),
        "roc_auc": metrics.roc_auc_score(truth, chance[:, 1]),
    }
    assert values(found, "candidate") == pytest.approx(expected, rel=1e-9)
    assert list(found.columns) == ["metric", "candidate", "champion", "difference", "low", "high", "n"]
    assert (found["difference"] == found["candidate"] - found["champion"]).all()
    assert set(found["n"]) == {150}
    assert found.attrs["task"] == "classification"
    assert found.attrs["lower_is_better"]["log_loss"] is True


def test_metrics_of_numbers_are_those_of_scikit_learn(uris: dict[str, str]) -> None:
    found = scored(uris["price"], uris["price-less"], X[TEST], PRICE[TEST], resamples=50)
    said, truth = mlflow.sklearn.load_model(uris["price-less"]).predict(X[TEST]), PRICE[TEST]
    expected = {
        "root_mean_squared_error": metrics.root_mean_squared_error(truth, said),
        "mean_squared_error": metrics.mean_squared_error(truth, said),
        "mean_absolute_error": metrics.mean_absolute_error(truth, said),
        "mean_absolute_percentage_error": metrics.mean_absolute_percentage_error(truth, said),
        "r2_score": metrics.r2_score(truth, said),
    }
    assert values(found, "champion") == pytest.approx(expected, rel=1e-9)
    assert found.attrs["task"] == "regression"


def test_several_classes_are_weighted_as_mlflow_does(uris: dict[str, str]) -> None:
    rows, truth = load_iris(return_X_y=True)
    found = values(scored(uris["iris"], uris["iris"], rows, truth, resamples=20), "candidate")
    said = mlflow.sklearn.load_model(uris["iris"]).predict(rows)
    for name in ("precision", "recall", "f1"):
        score = getattr(metrics, f"{name}_score")(truth, said, average="weighted", zero_division=0)
        assert found[f"{name}_score"] == pytest.approx(score)


def test_metric_names_and_values_are_those_of_mlflows_evaluate(uris: dict[str, str], tmp_path: Path) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    try:
        said = mlflow.sklearn.load_model(uris["good"]).predict(X[TEST])
        table = X[TEST].assign(y=Y[TEST], said=said)
        experiment = mlflow.create_experiment("scored", (tmp_path / "artifacts").as_uri())
        with mlflow.start_run(experiment_id=experiment):
            theirs = mlflow.models.evaluate(
                data=table, targets="y", predictions="said", model_type="classifier",
                evaluator_config={"log_explainer": False},
            ).metrics  # fmt: skip
    finally:
        mlflow.set_tracking_uri(None)  # type: ignore[arg-type]
    ours = values(scored(uris["good"], uris["tree"], table.drop(columns=["said"]), "y"), "candidate")
    shared = set(ours) & set(theirs)
    assert {"accuracy_score", "precision_score", "recall_score", "f1_score"} <= shared
    assert {name: ours[name] for name in shared} == pytest.approx({name: theirs[name] for name in shared})


def test_words_as_classes_and_chances_of_a_booster_are_understood(uris: dict[str, str]) -> None:
    words = np.array(["stay", "leave"])[Y[TEST]]
    found = scored(uris["words"], uris["words"], X[TEST], words, resamples=20)
    assert {"accuracy_score", "roc_auc"} <= set(found["metric"])
    assert (found[["difference", "low", "high"]] == 0).all(axis=None)
    booster = scored(uris["booster"], uris["good"], X[TEST], Y[TEST], resamples=20)
    chance = mlflow.xgboost.load_model(uris["booster"]).predict(xgboost.DMatrix(X[TEST]))
    assert values(booster, "candidate")["roc_auc"] == pytest.approx(metrics.roc_auc_score(Y[TEST], chance))
    assert values(booster, "candidate")["accuracy_score"] == np.mean((chance >= 0.5) == Y[TEST])


def test_intervals_are_those_of_scipy(uris: dict[str, str]) -> None:
    good, tree = (mlflow.sklearn.load_model(uris[name]) for name in ("good", "tree"))
    first, second = (one.predict_proba(X[TEST])[:, 1] for one in (good, tree))
    truth = Y[TEST]
    found = scored(uris["good"], uris["tree"], X[TEST], truth, resamples=6000).set_index("metric")

    def apart(metric: Any) -> Any:
        return lambda y, a, b: metric(y, a) - metric(y, b)

    for name, metric in (
        ("roc_auc", metrics.roc_auc_score),
        ("log_loss", metrics.log_loss),
        ("f1_score", lambda y, chance: metrics.f1_score(y, chance >= 0.5)),
    ):
        theirs = stats.bootstrap(
            (truth, first, second), apart(metric), paired=True, vectorized=False, n_resamples=500,
            method="BCa", random_state=1,
        ).confidence_interval  # fmt: skip
        width = theirs.high - theirs.low
        low, high = found.loc[name, ["low", "high"]]
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.2 * width), name


def test_what_each_row_is_worth_is_what_leaving_it_out_shows() -> None:
    truth = np.array([0, 1, 1, 0, 1, 0, 1, 1])
    scores = np.array([0.1, 0.4, 0.4, 0.4, 0.9, 0.2, 0.1, 0.7])
    area = measures.Area(truth, scores).without_each()
    one_less = [np.arange(8) != place for place in range(8)]
    assert area == pytest.approx([metrics.roc_auc_score(truth[keep], scores[keep]) for keep in one_less])
    r2 = measures.of_regression(truth, scores)["r2_score"].without_each()
    assert r2 == pytest.approx([metrics.r2_score(truth[keep], scores[keep]) for keep in one_less])


def test_the_same_seed_gives_the_same_and_another_nearly_the_same(uris: dict[str, str]) -> None:
    def bounds(seed: int) -> Any:
        frame = scored(uris["price"], uris["price-less"], X[TEST], PRICE[TEST], seed=seed)
        return frame.set_index("metric").loc["root_mean_squared_error", ["low", "high"]].to_numpy(float)

    first, second = bounds(0), bounds(1)
    assert (first == bounds(0)).all()
    assert (first != second).any()
    assert first == pytest.approx(second, abs=0.1 * (first[1] - first[0]))


@pytest.mark.parametrize("name", ["accuracy_score", "root_mean_squared_error"])
def test_intervals_hold_the_true_difference_as_often_as_they_say(name: str) -> None:
    random, rows, times, hits = np.random.default_rng(5), 100, 400, 0
    for _ in range(times):
        if name == "accuracy_score":
            truth = np.zeros(rows, int)
            mine, other = (random.random(rows) > 0.85), (random.random(rows) > 0.75)
            one, two = (measures.of_classes(truth, each.astype(int), [0, 1])[name] for each in (mine, other))
            true = 0.85 - 0.75
        else:
            noise = random.normal(size=rows)  # rows that are hard for one are hard for the other
            errors = noise + 0.5 * random.normal(size=rows), 1.2 * noise + random.normal(size=rows)
            truth = random.normal(size=rows)
            one, two = (measures.of_regression(truth, truth + each)[name] for each in errors)
            true = 1.25**0.5 - 2.44**0.5
        (found,) = paired.intervals([(one, two)], rows, resamples=800, seed=int(random.integers(2**31)))
        hits += found.low <= true <= found.high
    # 95 %, less a little at 100 rows; the share itself has a standard error of 1.1 % here.
    assert 0.92 <= hits / times <= 0.98


@pytest.mark.parametrize(
    ("data", "target", "said"),
    [
        (X, "price", "no column 'price'. There are: a, b, c"),
        (X, PRICE[:10], "300 rows and 10 true values"),
        (X[:5], np.array([1.0, 2.0, np.nan, 4.0, 5.0]), "missing"),
        (X[["a"]], PRICE, "can't predict from this data"),
        (X[:1], PRICE[:1], "too few rows"),
    ],
)
def test_data_that_does_not_fit_is_refused_with_a_cure(
    uris: dict[str, str], data: Any, target: Any, said: str
) -> None:
    with pytest.raises(Invalid) as error:
        scored(uris["price"], uris["price"], data, target)
    assert said in str(error.value)
    assert error.value.hint
