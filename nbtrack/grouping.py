"""Which metrics share a panel: those that differ only in the part of the data they were measured on."""

from __future__ import annotations

import re

_PARTS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "eval": "eval",
    "evaluation": "eval",
    "test": "test",
    "testing": "test",
    "dev": "dev",
    "oof": "oof",
    "holdout": "holdout",
}
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_BEFORE = re.compile(rf"(?<![^/.])({_PART})(?:_?(\d{{1,3}}))?[ _./:-](?=.)", re.IGNORECASE)
# Not `dev` and not a number: `std_dev`, `f_test_2`.
_AFTER = re.compile(rf"(?<=.)[ _./:-](?:X_)?({_PART.replace('dev|', '')})\Z", re.IGNORECASE)
_NOT_OF_A_PART = re.compile(r"(?:^|[ _./:-])(?:min|max|abs|mean|best|last|p|t|f|z|chi2)\Z", re.IGNORECASE)
# Lightning adds these when it logs a metric both ways.
_HOW = re.compile(r"(?<=.)_(step|epoch)\Z")
_SYSTEM = "system/"


def group(metric: str) -> tuple[str, str]:
    """Split the name of a metric.

    Parameters
    ----------
    metric
        Name as it was logged: `val_loss`, `Loss/train`, `validation_0-logloss`, `accuracy_score_X_test`.

    Returns
    -------
    tuple of str
        What is measured (the panel's title) and on which part of the data: «train», «val», «val 0»,
        «train step»; '' if the name does not say.
    """
    if is_system(metric):
        return metric, ""
    found = _BEFORE.search(metric)
    if found:
        rest, number = metric[: found.start()] + metric[found.end() :], found[2]
    else:
        found = _AFTER.search(metric)
        if found is None or _NOT_OF_A_PART.search(metric[: found.start()]):
            return metric, ""
        rest, number = metric[: found.start()], None
    how = _HOW.search(rest)
    words = (_PARTS[found[1].lower()], number, how and how[1])
    return rest[: how.start()] if how else rest, " ".join(word for word in words if word)


def is_system(metric: str) -> bool:
    """Tell whether MLflow measured it on the machine (`system/cpu_utilization_percentage`)."""
    return metric.startswith(_SYSTEM)
