"""Small models of many kinds, and what each predicts in the process that has fitted it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import xgboost
from sklearn.datasets import make_classification  # type: ignore[import-untyped]
from sklearn.ensemble import RandomForestClassifier  # type: ignore[import-untyped]
from sklearn.linear_model import LinearRegression, LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GridSearchCV  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import FunctionTransformer, StandardScaler  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from pathlib import Path

values, y = make_classification(200, 6, random_state=0)
X = pd.DataFrame(values, columns=list("abcdef"))
TREES: dict[str, Any] = {"n_estimators": 5, "max_depth": 3, "random_state": 0, "n_jobs": 1}

FUNCTIONS = """
import numpy as np
from mlflow.pyfunc import PythonModel

class Adds(PythonModel):
    def __init__(self, by):
        self.by = by

    def predict(self, context, model_input, params=None):
        return model_input.sum(axis=1).to_numpy() + self.by

class Ranks:  # of no framework, but it predicts
    def __init__(self, weights):
        self.weights = np.array(weights)

    def predict(self, table):
        # Column after column: a matrix product adds up in the order in which the table lies in memory.
        return sum(weight * np.asarray(table)[:, i] for i, weight in enumerate(self.weights))

def logarithms(table):
    return np.log1p(np.abs(table))
"""
PARTS = """
def halved(x):
    return x / 2
"""

OWN = """
from sklearn.base import BaseEstimator, ClassifierMixin  # type: ignore[import-untyped]
from own_arithmetic.parts import halved

class Threshold(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = sorted(set(y))
        self.at_ = halved(float(X.iloc[:, 0].max()))
        return self

    def predict(self, X):
        return (X.iloc[:, 0] > self.at_).astype(int).to_numpy()
"""


@dataclass
class Trained:
    """A fitted object and what it predicts."""

    model: Any
    given: Any
    expected: list[Any]
    flavor: str


def own_modules(folder: Path) -> tuple[Any, Any]:
    """Write modules and a package as a user has them beside a notebook, and import them."""
    (folder / "own_threshold.py").write_text(OWN, encoding="utf-8")
    (folder / "own_functions.py").write_text(FUNCTIONS, encoding="utf-8")
    (folder / "own_arithmetic").mkdir()
    (folder / "own_arithmetic" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "own_arithmetic" / "parts.py").write_text(PARTS, encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        return import_module("own_threshold"), import_module("own_functions")
    finally:
        sys.path.remove(str(folder))


def many(folder: Path) -> dict[str, Trained]:
    """Fit one model of each kind."""
    threshold, functions = own_modules(folder)
    grid = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    booster = xgboost.train({"max_depth": 2, "nthread": 1}, xgboost.DMatrix(X, y), 4)
    light = lightgbm.train({"verbose": -1, "num_threads": 1}, lightgbm.Dataset(X, y), 4)
    logarithms = FunctionTransformer(functions.logarithms)
    pipeline = make_pipeline(logarithms, StandardScaler(), LogisticRegression())
    fitted = {
        "forest": (RandomForestClassifier(**TREES).fit(X, y), X, "sklearn"),
        "pipeline": (pipeline.fit(X, y), X, "sklearn"),
        "search": (grid.fit(X, y), X, "sklearn"),
        "no-names": (LinearRegression().fit(values, y), values, "sklearn"),
        "xgb-api": (xgboost.XGBClassifier(**TREES).fit(X, y), X, "xgboost"),
        "lgbm-api": (lightgbm.LGBMClassifier(**TREES, verbose=-1).fit(X, y), X, "lightgbm"),
        "xgb-in-pipeline": (
            make_pipeline(StandardScaler(), xgboost.XGBRegressor(**TREES)).fit(X, y),
            X,
            "sklearn",
        ),
        "lgbm-booster": (light, X, "lightgbm"),
        "own-code": (threshold.Threshold().fit(X, y), X, "sklearn"),
        "plain-object": (functions.Ranks([1.0, -2.0, 0.5, 0.25, 3.0, 1.5]), X, "pyfunc"),
    }
    found = {
        name: Trained(model, given, np.asarray(model.predict(given)).tolist(), flavor)
        for name, (model, given, flavor) in fitted.items()
    }
    found["xgb-booster"] = Trained(booster, X, booster.predict(xgboost.DMatrix(X)).tolist(), "xgboost")
    adds = functions.Adds(0.5)
    found["python-model"] = Trained(adds, X, adds.predict(None, X).tolist(), "pyfunc")
    return found
