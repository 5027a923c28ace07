"""A run as a row of a list, whichever way it was read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack import tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PRIMARY_METRIC = "mlflow.experiment.primaryMetric.name"
USER = "mlflow.user"
ROW_TAGS = frozenset(
    {
        tags.NOTEBOOK_PATH, tags.CELL_ID, tags.CELL_EXECUTION, tags.CELL_EXECUTION_COUNT,
        tags.CELL_SOURCE_SHA256, tags.PARENT_RUN_ID, tags.RUN_NAME, USER,
    }
)  # fmt: skip
_SHOWN = 200  # characters of a param or a tag in a list
_JUDGING = ("val", "test", "eval")
INFINITE = 1.797693134862315e308  # MLflow's SQL stores keep infinities as the largest float


@dataclass(slots=True)
class Facts:
    """What a row is made of.

    Attributes
    ----------
    tags
        At least those of `ROW_TAGS`.
    metrics
        Last values, as `number` gives them.
    params
        At least those asked for.
    registered
        Versions of registered models that came from it; None where nobody has looked.
    """

    run_id: str
    experiment_id: str
    name: str | None
    status: str
    start_time: int | None
    end_time: int | None
    lifecycle_stage: str
    user: str | None
    artifact_uri: str | None
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float | str] = field(default_factory=dict)
    children: int | None = None
    models: int | None = None
    registered: list[dict[str, Any]] | None = None


def number(value: float, *, is_nan: bool = False) -> float | str:
    """Return a metric's value as JSON can say it: a number, «NaN», «Infinity» or «-Infinity»."""
    if is_nan or math.isnan(value):
        return "NaN"
    if abs(value) >= INFINITE:
        return "Infinity" if value > 0 else "-Infinity"
    return value


def row(facts: Facts, columns: Iterable[tuple[str, str]], primary: str | None) -> dict[str, Any]:
    """Return the row of a run.

    Parameters
    ----------
    columns
        Pairs such as `("metrics", "val_loss")`; those that the run does not have are left out.
    primary
        Key of the experiment's primary metric, where somebody chose one.
    """
    has = facts.tags
    key = key_metric(facts.metrics, primary)
    return {
        "run_id": facts.run_id,
        "experiment_id": facts.experiment_id,
        "name": facts.name or has.get(tags.RUN_NAME) or "",
        "status": facts.status,
        "start_time": facts.start_time,
        "end_time": facts.end_time,
        "lifecycle_stage": facts.lifecycle_stage,
        "user": has.get(USER) or facts.user or "",
        "parent_run_id": has.get(tags.PARENT_RUN_ID) or None,
        "children": facts.children,
        "notebook": has.get(tags.NOTEBOOK_PATH),
        "cell_id": has.get(tags.CELL_ID),
        "execution_count": _whole(has.get(tags.CELL_EXECUTION_COUNT)),
        "execution": has.get(tags.CELL_EXECUTION) or None,
        "source_sha256": has.get(tags.CELL_SOURCE_SHA256),
        "models": facts.models,
        "registered": facts.registered,
        "metric": None if key is None else {"key": key, "value": facts.metrics[key]},
        "values": dict(_values(facts, columns)),
    }


def key_metric(metrics: Mapping[str, object], primary: str | None) -> str | None:
    """Return the key of the metric that says most about a run; None where it has none but the system's."""
    if primary is not None and primary in metrics:
        return primary
    keys = [key for key in metrics if not key.startswith("system/")]
    others = [key for key in keys if not key.startswith("training_")]
    return min(others or keys, key=_rank, default=None)


def _rank(key: str) -> tuple[int, str]:
    low = key.lower()
    return next((at for at, word in enumerate(_JUDGING) if low.startswith(word)), len(_JUDGING)), key


def _values(facts: Facts, columns: Iterable[tuple[str, str]]) -> Iterable[tuple[str, object]]:
    has: dict[str, Mapping[str, object]] = {
        "metrics": facts.metrics,
        "params": facts.params,
        "tags": facts.tags,
    }
    for family, key in columns:
        value = has[family].get(key)
        if value is not None:
            yield f"{family}.{key}", value[:_SHOWN] if isinstance(value, str) else value


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None
