"""Candidate against champion: both scored on the same rows, with 95 % intervals of the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nbtrack.direction import lower_is_better
from nbtrack.errors import Invalid
from nbtrack.registering import measures, paired
from nbtrack.registering.quiet import quietly

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.registering.paired import Measure

Task = Literal["classification", "regression"]

_FEWEST = 2
_FEW = 30  # rows: an interval of fewer says little
_MOST_CLASSES = 100


class _Answers:
    """What a model says of some rows: numbers, classes, or probabilities of classes."""

    def __init__(self, uri: str, rows: Any) -> None:
        import mlflow

        with quietly():
            model = mlflow.pyfunc.load_model(uri)
            try:
                self.predicted = np.asarray(model.predict(rows))
            except Exception as error:
                why = " ".join(str(error).split())[:300]
                raise Invalid(
                    f"{uri} can't predict from this data: {type(error).__name__}: {why}",
                    hint="Give the columns that it was fitted on.",
                ) from error
            self.probabilities, self.classes = _probabilities(model, rows)
        if self.predicted.ndim == 2 and self.predicted.shape[1] == 1:  # noqa: PLR2004 - a column
            self.predicted = self.predicted[:, 0]


def scored(
    candidate_uri: str,
    champion_uri: str,
    data: Any,
    target: Any,
    *,
    task: Task | None = None,
    seed: int = 0,
    resamples: int = paired.RESAMPLES,
) -> pd.DataFrame:
    """Score two models on the same rows by the metrics of `mlflow.models.evaluate`.

    The intervals are those of a paired bootstrap, bias-corrected and accelerated (Efron 1987, see
    `nbtrack.registering.paired`): they say how much the difference depends on which rows happened to be in
    the data. They know nothing of other trainings of the same models, nor of rows that belong together.

    Parameters
    ----------
    candidate_uri, champion_uri
        As `mlflow.pyfunc.load_model` takes them.
    data
        The rows, as a DataFrame or an array.
    target
        Name of the column of `data` with the truth, or the truth itself, as long as `data`.
    task
        Told by the truth and by what the candidate predicts, if None.
    seed
        Makes the resamples the same each time.

    Returns
    -------
    DataFrame
        A row for each metric: `metric`, `candidate`, `champion`, `difference` (candidate less champion),
        `low` and `high` (95 %), `n` (rows). `.attrs` has `task`, `resamples`, `note` and
        `lower_is_better` by metric.

    Raises
    ------
    Invalid
        If the data does not fit, or a model can't predict from it.
    """
    import pandas as pd

    rows, truth = _parted(data, target)
    candidate, champion = _Answers(candidate_uri, rows), _Answers(champion_uri, rows)
    for uri, one in ((candidate_uri, candidate), (champion_uri, champion)):
        if len(one.predicted) != len(truth):
            raise Invalid(
                f"{uri} predicts {len(one.predicted)} values for {len(truth)} rows.",
                hint="Only models that predict one for each row can be scored.",
            )
    task = task or _task(truth, candidate)
    both = [_measured(task, truth, one) for one in (candidate, champion)]
    shared = [name for name in both[0] if name in both[1]]
    pairs = [(both[0][name], both[1][name]) for name in shared]
    found = paired.intervals(pairs, len(truth), seed=seed, resamples=resamples)
    ones = np.ones((1, len(truth)))
    table = pd.DataFrame(
        [
            (name, float(first.resampled(ones)[0]), float(second.resampled(ones)[0]), *interval, len(truth))
            for name, (first, second), interval in zip(shared, pairs, found, strict=True)
        ],
        columns=["metric", "candidate", "champion", "difference", "low", "high", "n"],
    )
    table.attrs.update(
        task=task,
        resamples=resamples,
        lower_is_better={name: lower_is_better(name) for name in shared},
        note=f"{len(truth)} rows are few: intervals may be too narrow." if len(truth) < _FEW else None,
    )
    return table


def _parted(data: Any, target: Any) -> tuple[Any, Any]:
    """Return the rows without the truth, and the truth."""
    if isinstance(target, str):
        if not hasattr(data, "columns") or target not in data.columns:
            there = ", ".join(map(str, list(getattr(data, "columns", ()))[:20])) or "no named columns"
            raise Invalid(f"The data has no column {target[:80]!r}.", hint=f"There are: {there}.")
        rows, truth = data.drop(columns=[target]), np.asarray(data[target])
    else:
        rows, truth = data, np.asarray(target).reshape(-1)
    if len(rows) != len(truth):
        raise Invalid(
            f"There are {len(rows)} rows and {len(truth)} true values.", hint="Give one for each row."
        )
    if len(truth) < _FEWEST:
        raise Invalid("There are too few rows to score.", hint="Give at least two; hundreds tell more.")
    if any(one is None or one != one for one in truth.tolist()):  # noqa: PLR0124 - NaN is not itself
        raise Invalid("Some of the true values are missing.", hint="Leave those rows out: `data.dropna()`.")
    return rows, truth


def _probabilities(model: Any, rows: Any) -> tuple[Any, list[Any]]:
    """Return what `predict_proba` of the fitted object says, if it has one, and its classes."""
    try:
        fitted = model.get_raw_model()
        return np.asarray(fitted.predict_proba(rows)), np.asarray(fitted.classes_).tolist()
    except Exception:  # noqa: BLE001 - foreign models; the metrics of classes remain
        return None, []


def _task(truth: Any, candidate: _Answers) -> Task:
    if truth.dtype.kind not in "iuf" or candidate.probabilities is not None:
        return "classification"
    values = np.unique(truth)
    if len(values) > _MOST_CLASSES or np.any(values != np.round(values)):
        return "regression"
    if candidate.predicted.ndim == 2 or _says_chances(values.tolist(), candidate.predicted):  # noqa: PLR2004
        return "classification"
    said = candidate.predicted
    return "classification" if said.dtype.kind in "iub" or np.isin(said, values).all() else "regression"


def _says_chances(classes: list[Any], predicted: Any) -> bool:
    """Tell whether predicted numbers are chances of the second of two classes, as a booster's are."""
    if set(classes) != {0, 1} or predicted.ndim != 1 or predicted.dtype.kind != "f":
        return False
    return bool(np.all((predicted >= 0) & (predicted <= 1)) and np.any(predicted != np.round(predicted)))


def _measured(task: Task, truth: Any, answers: _Answers) -> dict[str, Measure]:
    if task == "regression":
        if answers.predicted.ndim != 1 or answers.predicted.dtype.kind not in "iufb":
            raise Invalid(
                "One of the models predicts no single numbers.", hint="Score classifiers by their classes."
            )
        return measures.of_regression(truth, answers.predicted)
    predicted, chances, named = answers.predicted, answers.probabilities, answers.classes
    classes = sorted(set(truth.tolist()), key=_by_kind)
    if predicted.ndim == 2 and predicted.shape[1] == len(classes):  # noqa: PLR2004 - a column a class
        chances, named = predicted, classes
        predicted = np.asarray(classes)[predicted.argmax(axis=1)]
    elif _says_chances(classes, predicted):
        chances, named = np.column_stack([1 - predicted, predicted]), classes
        predicted = (predicted >= 0.5).astype(int)  # noqa: PLR2004 - the likelier class
    elif predicted.ndim != 1:
        raise Invalid(
            f"One of the models predicts {predicted.shape[1]} columns for {len(classes)} classes.",
            hint="Score models that predict one class for each row, or a chance for each class.",
        )
    known = sorted({*classes, *predicted.tolist()}, key=_by_kind)
    found = {}
    if len(known) <= _MOST_CLASSES:
        found.update(measures.of_classes(truth, predicted, known))
    if chances is not None and set(classes) <= set(named) and chances.shape == (len(truth), len(named)):
        found.update(measures.of_probabilities(truth, chances, named))
    return found


def _by_kind(value: Any) -> tuple[str, Any]:
    return ("" if isinstance(value, int | float) else type(value).__name__, value)
