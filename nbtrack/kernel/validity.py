"""What MLflow takes for a metric, a param or a tag: its own checks, made before the journal has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_metric(metric: Any, path: str = "") -> None:
    """Raise what a store would for a point that it can't take; `path` is what MLflow calls it then."""
    from mlflow.utils.validation import _validate_metric

    _validate_metric(metric.key, metric.value, metric.timestamp, metric.step, path)


def number(value: Any) -> float:
    """Return a metric's value as MLflow would take it: also a tensor's. Raise what MLflow would."""
    from mlflow.tracking.metric_value_conversion_utils import convert_metric_value_to_float_if_possible

    found: float = convert_metric_value_to_float_if_possible(value)
    return found


def checked(params: Iterable[Any], tags: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Return params and tags as a store would keep them, or raise what it would."""
    from mlflow.utils.validation import _validate_param, _validate_tag

    return (
        [_validate_param(one.key, one.value) for one in params],
        [_validate_tag(one.key, one.value) for one in tags],
    )
