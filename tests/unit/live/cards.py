"""Cards for the tests, filled as a cell would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlflow.entities import Metric

from nbtrack.live.card import Card

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGAN = 1_700_000_000_000


def card(previous: Card | None = None) -> Card:
    return Card("nbtrack-kernel-ab12cd-3", "cell", BEGAN, previous)


def log(target: Card, run: str, metric: str, values: Iterable[float], **params: Any) -> None:
    """Log a metric's values at steps 0, 1, 2, … of a run, a second apart, and its params."""
    made = target.add_run(run, "1", f"{run}-name")
    if made is None:
        return
    target.add_params(made, {key: str(value) for key, value in params.items()})
    target.add_metrics(
        made, [Metric(metric, value, BEGAN + 1000 * step, step) for step, value in enumerate(values)]
    )
