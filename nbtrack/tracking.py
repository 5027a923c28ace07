"""Start a run by hand: what `%track_run` is a face of, and what a script uses."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
from contextlib import ContextDecorator
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from nbtrack.outcome import exception_tags, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

F = TypeVar("F", bound="Callable[..., Any]")

_log = logging.getLogger(__name__)
_listeners: list[Callable[[TrackedRun], None]] = []


def track_run(
    name: str | None = None,
    *,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    experiment: str | None = None,
    note: str | None = None,
) -> TrackedRun:
    """Describe a run to be started: by `with`, as a decorator, or by `.start()`.

    Parameters
    ----------
    name
        Name of the run; MLflow invents one if None.
    tags, params
        Written when the run starts.
    experiment
        Name of the experiment, made if it does not exist; the one in use if None.
    note
        Description, in Markdown.

    Returns
    -------
    TrackedRun
        A context manager and decorator. The run ends FINISHED, FAILED with the exception's type and message
        as tags, or KILLED for an interrupt. `.start()` starts it at once and leaves it open: in a notebook
        nbtrack ends it with the cell.

    Examples
    --------
    >>> with nbtrack.track_run("baseline", tags={"team": "churn"}):
    ...     model.fit(X, y)
    """
    return TrackedRun(name, tags or {}, params or {}, experiment, note)


class TrackedRun(ContextDecorator):
    """A run described by `track_run`."""

    def __init__(
        self,
        name: str | None,
        tags: Mapping[str, Any],
        params: Mapping[str, Any],
        experiment: str | None,
        note: str | None,
    ) -> None:
        self.name = name
        self.tags = {key: str(value) for key, value in tags.items()}
        self.params = {key: str(value) for key, value in params.items()}
        self.experiment = experiment
        self.note = note
        self._run_id: str | None = None

    def start(self) -> Any:
        """Start the run and leave it open. Return MLflow's `ActiveRun`."""
        import mlflow

        for listener in _listeners:
            listener(self)
        run = mlflow.start_run(**self._wish())
        self._log_params()
        return run

    def __enter__(self) -> Any:
        import mlflow

        run = mlflow.start_run(**self._wish(), nested=mlflow.active_run() is not None)
        self._run_id = run.info.run_id
        self._log_params()
        return run

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._end(error)
        except Exception:
            if error is None:
                raise
            # The user's exception is what they must see, not that it could not be recorded.
            _log.warning("could not record how the run ended", exc_info=True)

    def __call__(self, function: F) -> F:
        """Decorate a function, also an asynchronous one: each call is a run."""
        if not inspect.iscoroutinefunction(function):
            return super().__call__(function)

        @functools.wraps(function)
        async def tracked(*args: Any, **kwargs: Any) -> Any:
            with self._recreate_cm():
                return await function(*args, **kwargs)

        return cast("F", tracked)

    def _recreate_cm(self) -> Self:
        # A decorated function may be called again, or by itself: each call is a run of its own.
        return type(self)(self.name, self.tags, self.params, self.experiment, self.note)

    def _wish(self) -> dict[str, Any]:
        return {
            "run_name": self.name,
            "tags": dict(self.tags),
            "description": self.note,
            "experiment_id": None if self.experiment is None else experiment_id(self.experiment),
        }

    def _log_params(self) -> None:
        import mlflow

        if self.params:
            mlflow.log_params(self.params)

    def _end(self, error: BaseException | None) -> None:
        import mlflow

        active = mlflow.active_run()
        if active is None or active.info.run_id != self._run_id:
            return  # the user has ended it
        for key, value in exception_tags(error).items():
            mlflow.set_tag(key, value)
        mlflow.end_run(status_of(error))


@contextlib.contextmanager
def announcing(listener: Callable[[TrackedRun], None]) -> Iterator[None]:
    """Call `listener` before each `.start()`."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def experiment_id(name: str) -> str:
    """Return the id of an experiment, made if it does not exist."""
    import mlflow

    client = mlflow.MlflowClient()
    found = client.get_experiment_by_name(name)
    experiment: str = client.create_experiment(name) if found is None else found.experiment_id
    return experiment
