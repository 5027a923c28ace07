"""Log metrics from a hot loop: the same run and the same points as MLflow's own calls, past its layers."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Take = Callable[[Mapping[str, float], int], bool]

_takers: list[Take] = []


def log(*, step: int | None = None, **metrics: float) -> None:
    """Log metrics to the active run, or to a new one, as `mlflow.log_metrics` does.

    In a notebook with nbtrack loaded the points go straight into its journal, at a fraction of the cost of
    MLflow's function; elsewhere this is MLflow's function.

    Parameters
    ----------
    step
        Of all these points; 0 if None.
    **metrics
        A number each. For keys that are no Python names there is `log_dict`.

    Raises
    ------
    mlflow.exceptions.MlflowException
        If a key or a value is one that MLflow does not take.

    Examples
    --------
    >>> for step, batch in enumerate(batches):
    ...     nbtrack.log(step=step, loss=train(batch))
    """
    # Not by `log_dict`: in a hot loop, a call and a copy more would be a tenth of the cost.
    if not (_takers and _takers[-1](metrics, step or 0)):
        _by_mlflow(metrics, step)


def log_dict(metrics: Mapping[str, float], step: int | None = None) -> None:
    """Log metrics as `log` does, from a mapping: `{"val/loss": 0.25}`.

    Parameters
    ----------
    metrics
        A number for each key.
    step
        Of all these points; 0 if None.

    Raises
    ------
    mlflow.exceptions.MlflowException
        If a key or a value is one that MLflow does not take.
    """
    values = dict(metrics)
    if not (_takers and _takers[-1](values, step or 0)):
        _by_mlflow(values, step)


def _by_mlflow(metrics: dict[str, float], step: int | None) -> None:
    import mlflow

    mlflow.log_metrics(metrics, step=step)


@contextlib.contextmanager
def taken_by(take: Take) -> Iterator[None]:
    """Offer what is logged to `take` as long as this lasts; what it does not take goes to MLflow."""
    _takers.append(take)
    try:
        yield
    finally:
        _takers.remove(take)
