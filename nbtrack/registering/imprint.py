"""What shows that a fitted object was fitted again or trained on: cheap to take after each fit.

An array that was changed in place leaves no trace here.
"""

from __future__ import annotations

import hashlib
from typing import Any

_PICKLE = "pickle"
_COUNTS = ("num_boosted_rounds", "current_iteration")  # of XGBoost's and LightGBM's boosters


def taken(estimator: Any, *, thorough: bool = False) -> dict[str, Any]:
    """Return what a later fit of the same object would change.

    Parameters
    ----------
    thorough
        Whether to pickle an object of no known framework, which takes its time.
    """
    marks: dict[str, Any] = {}
    _take(estimator, "", marks)
    if thorough and not marks:
        marks[_PICKLE] = _pickled(estimator)
    return marks


def same(before: dict[str, Any], estimator: Any) -> bool:
    """Tell whether an object is as it was. What was added since, such as a cache, counts for nothing."""
    now = taken(estimator, thorough=_PICKLE in before)
    return all(now.get(name) == mark for name, mark in before.items())


def _pickled(estimator: Any) -> str | None:
    """Return a digest of the object's pickle; None where it has none."""
    import cloudpickle  # type: ignore[import-untyped]

    digest = hashlib.sha256()

    class Digest:
        def write(self, written: Any) -> int:
            digest.update(written)
            return len(written)

    try:
        cloudpickle.Pickler(Digest()).dump(estimator)
    except Exception:  # noqa: BLE001 - what can't be saved says so when it is to be
        return None
    return digest.hexdigest()


def _take(estimator: Any, prefix: str, marks: dict[str, Any]) -> None:
    own = getattr(estimator, "__dict__", {})
    # scikit-learn's names for what a fit leaves; a fit puts new objects there while the old ones still live.
    for name, value in own.items():
        if name == "_Booster" or (name.endswith("_") and not name.startswith("_")):
            marks[prefix + name] = id(value)
    steps = own.get("steps")
    if isinstance(steps, list):
        for name, step in steps:
            _take(step, f"{prefix}{name}.", marks)
    for count in _COUNTS:
        ask = getattr(type(estimator), count, None)
        if ask is not None:
            marks[prefix + count] = ask(estimator)
    if hasattr(estimator, "state_dict") and hasattr(estimator, "parameters"):  # torch counts writes
        marks[prefix + "writes"] = sum(one._version for one in estimator.parameters())  # noqa: SLF001
    iterations = getattr(getattr(estimator, "optimizer", None), "iterations", None)
    if iterations is not None:  # Keras
        marks[prefix + "iterations"] = int(iterations)
