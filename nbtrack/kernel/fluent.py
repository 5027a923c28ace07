"""MLflow's `log_metric` and `log_metrics`, past its layers where these have nothing to do.

The layers cost more than all that nbtrack does. Whoever asks for more than a point of the active run, or has
taken hold of the functions before, is served by MLflow's own.
"""

from __future__ import annotations

import contextlib
import functools
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ASYNC = "MLFLOW_ENABLE_ASYNC_LOGGING"
# MLflow refuses more in one call.
_MOST = 1000


@contextlib.contextmanager
def shortened(take: Callable[[Mapping[str, Any], int], bool]) -> Iterator[None]:
    """Offer what these log to `take` as long as this lasts; what it does not take is MLflow's."""
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import fluent

    one, many = fluent.log_metric, fluent.log_metrics

    def taken(metrics: Mapping[str, Any], step: int) -> bool:
        try:
            return take(metrics, step)
        except MlflowException:
            return False  # what is wrong, each of the two says in words of its own

    @functools.wraps(one)
    def log_metric(key: str, value: float, step: int | None = None, *args: Any, **more: Any) -> Any:
        plain = type(key) is str and not args and not more and _ASYNC not in os.environ
        if plain and taken({key: value}, step or 0):
            return None
        return one(key, value, step, *args, **more)

    @functools.wraps(many)
    def log_metrics(metrics: dict[str, float], step: int | None = None, *args: Any, **more: Any) -> Any:
        plain = type(metrics) is dict and not args and not more and _ASYNC not in os.environ
        if plain and len(metrics) <= _MOST and taken(metrics.copy(), step or 0):
            return None
        return many(metrics, step, *args, **more)

    with _instead("log_metric", one, log_metric), _instead("log_metrics", many, log_metrics):
        yield


@contextlib.contextmanager
def _instead(name: str, theirs: object, ours: object) -> Iterator[None]:
    import mlflow
    from mlflow.tracking import fluent

    modules = [module for module in (mlflow, fluent) if getattr(module, name) is theirs]
    for module in modules:
        setattr(module, name, ours)
    try:
        yield
    finally:
        for module in modules:
            if getattr(module, name) is ours:
                setattr(module, name, theirs)
