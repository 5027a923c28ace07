"""The metrics of `mlflow.models.evaluate`, in a form that is quick to resample.

All but the area under the ROC curve are functions of sums over rows, so that a resample is a product with a
matrix. The largest error is left out: a bootstrap says nothing about extremes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.registering.paired import Floats, Measure

_TINY = np.finfo(float).eps


class Sums:
    """A function of sums over the rows.

    Parameters
    ----------
    parts
        What each row adds, shape (rows, k).
    function
        Of sums, shape (…, k).
    """

    def __init__(self, parts: Floats, function: Callable[[Floats], Floats]) -> None:
        self._parts = np.asarray(parts, float)
        self._function = function

    def resampled(self, weights: Floats) -> Floats:
        """See `paired.Measure`."""
        return self._function(weights @ self._parts)

    def without_each(self) -> Floats:
        """See `paired.Measure`."""
        return self._function(self._parts.sum(axis=0) - self._parts)


class Area:
    """The area under the ROC curve: how often a positive row has the higher score, ties counting half."""

    def __init__(self, positive: Any, scores: Any) -> None:
        _, self._rank = np.unique(np.asarray(scores, float), return_inverse=True)
        self._order = np.argsort(self._rank, kind="stable")
        self._starts = np.flatnonzero(np.diff(self._rank[self._order], prepend=-1))
        self._positive = np.asarray(positive, bool)

    def resampled(self, weights: Floats) -> Floats:
        """See `paired.Measure`."""
        yes = self._grouped(weights * self._positive)
        no = self._grouped(weights * ~self._positive)
        below = np.cumsum(no, axis=1) - no / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            area: Floats = (yes * below).sum(axis=1) / (yes.sum(axis=1) * no.sum(axis=1))
        return area

    def without_each(self) -> Floats:
        """See `paired.Measure`."""
        ones = np.ones((1, len(self._rank)))
        yes, no = self._grouped(ones * self._positive)[0], self._grouped(ones * ~self._positive)[0]
        wins = np.cumsum(no) - no / 2  # of a positive row over negative ones
        losses = yes.sum() - np.cumsum(yes) + yes / 2  # of a negative row against positive ones
        mine = np.where(self._positive, wins[self._rank], losses[self._rank])
        positives = yes.sum() - self._positive
        negatives = no.sum() - ~self._positive
        with np.errstate(invalid="ignore", divide="ignore"):
            area: Floats = ((yes * wins).sum() - mine) / (positives * negatives)
        return area

    def _grouped(self, weights: Floats) -> Floats:
        """Return the weight of each different score, lowest first."""
        grouped: Floats = np.add.reduceat(weights[:, self._order], self._starts, axis=1)
        return grouped


def of_regression(truth: Any, predicted: Any) -> dict[str, Measure]:
    """Return the metrics of predicted numbers."""
    truth, predicted = np.asarray(truth, float), np.asarray(predicted, float)
    error = predicted - truth
    apart = truth - truth.mean()  # sums of squares of large numbers lose their digits
    ones = np.ones_like(truth)
    relative = np.abs(error) / np.maximum(np.abs(truth), _TINY)
    return {
        "root_mean_squared_error": Sums(_columns(error**2, ones), lambda sums: np.sqrt(_mean(sums))),
        "mean_squared_error": Sums(_columns(error**2, ones), _mean),
        "mean_absolute_error": Sums(_columns(np.abs(error), ones), _mean),
        "mean_absolute_percentage_error": Sums(_columns(relative, ones), _mean),
        "r2_score": Sums(_columns(error**2, apart, apart**2, ones), _r2),
    }


def of_classes(truth: Any, predicted: Any, classes: list[Any]) -> dict[str, Measure]:
    """Return the metrics of predicted classes: of two, those of the second; of more, weighted means."""
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    right = np.asarray(truth == predicted, float)
    found: dict[str, Measure] = {"accuracy_score": Sums(_columns(right, np.ones_like(right)), _mean)}
    counted = classes[1:] if len(classes) == 2 else classes  # noqa: PLR2004 - two classes
    is_class = np.column_stack([truth == one for one in counted]).astype(float)
    said = np.column_stack([predicted == one for one in counted]).astype(float)
    parts = np.hstack([is_class * said, said, is_class])
    for name in ("precision", "recall", "f1"):
        found[f"{name}_score"] = Sums(parts, partial(_by_class, name))
    return found


def of_probabilities(truth: Any, probabilities: Any, classes: list[Any]) -> dict[str, Measure]:
    """Return the metrics of predicted probabilities, one column for each class."""
    truth = np.asarray(truth)
    given = np.clip(np.asarray(probabilities, float), _TINY, 1 - _TINY)
    given /= given.sum(axis=1, keepdims=True)
    place = {one: number for number, one in enumerate(classes)}
    of_truth = given[np.arange(len(truth)), [place[one] for one in truth.tolist()]]
    found: dict[str, Measure] = {"log_loss": Sums(_columns(-np.log(of_truth), np.ones(len(truth))), _mean)}
    if len(classes) == 2:  # noqa: PLR2004 - two classes
        found["roc_auc"] = Area(truth == classes[1], np.asarray(probabilities, float)[:, 1])
    return found


def _columns(*parts: Floats) -> Floats:
    return np.column_stack(parts)


def _mean(sums: Floats) -> Floats:
    mean: Floats = sums[..., 0] / sums[..., 1]
    return mean


def _r2(sums: Floats) -> Floats:
    residual, linear, squares, count = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        r2: Floats = 1 - residual / (squares - linear**2 / count)
    return r2


def _by_class(name: str, sums: Floats) -> Floats:
    hits, said, there = np.split(sums, 3, axis=-1)
    above, below = {
        "precision": (hits, said),
        "recall": (hits, there),
        "f1": (2 * hits, said + there),
    }[name]
    each = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    one = each.shape[-1] == 1
    mean: Floats = each[..., 0] if one else (each * there).sum(axis=-1) / there.sum(axis=-1)
    return mean
