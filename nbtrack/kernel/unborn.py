"""Runs that this kernel has made itself, since the server did not answer: it makes them when it does again.

Until then they bear an id of the kernel's, and afterwards the server's, which it alone assigns. Whoever asks
for the one is answered about the other.
"""

from __future__ import annotations

import contextlib
import copy
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from nbtrack.tags import RUN_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# No store of artifacts has this scheme: MLflow says so, instead of writing into the notebook's folder.
_NOWHERE = "nbtrack-not-at-the-server-yet:/"
_PLACEHOLDER = "nbtrack-experiment:"
_MINUTES = 300.0
_LOOK_AGAIN = 0.5
_has_placeholder: ContextVar[bool] = ContextVar("nbtrack_has_placeholder", default=False)


class NotYet(Exception):
    """The server has not made this run yet."""


class Unborn:
    """The runs, and what has become of them.

    Parameters
    ----------
    made
        Returns the server's id of a run by the kernel's, None where it is not made.
    settle
        Waits a little for the sender.
    """

    def __init__(self, made: Callable[[str], str | None], settle: Callable[[], None]) -> None:
        self._made = made
        self._settle = settle
        self._runs: dict[str, Any] = {}
        self._ids: dict[str, str] = {}

    def add(self, run_id: str, asked: dict[str, Any]) -> Any:
        """Return the run that was asked for, with a name, as a server would have made it."""
        from mlflow.entities import LifecycleStage, Run, RunData, RunInfo, RunStatus, RunTag

        info = RunInfo(
            run_id=run_id,
            experiment_id=str(asked["experiment_id"]),
            user_id=asked["user_id"] or "",
            status=RunStatus.to_string(RunStatus.RUNNING),
            start_time=asked["start_time"],
            end_time=None,
            lifecycle_stage=LifecycleStage.ACTIVE,
            artifact_uri=_NOWHERE + run_id,
            run_name=asked["run_name"],
        )
        given = {tag.key: tag.value for tag in asked["tags"]} | {RUN_NAME: asked["run_name"]}
        run = Run(info, RunData(tags=[RunTag(key, value) for key, value in given.items()]))
        self._runs[run_id] = run
        return run

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._runs

    def copy(self, run_id: str) -> Any:
        """Return a run as it was made."""
        return copy.deepcopy(self._runs[run_id])

    def real(self, run_id: str) -> str | None:
        """Return the server's id of a run, None where there is none yet."""
        if run_id not in self._ids:
            found = self._made(run_id)
            if found is None:
                return None
            self._ids[run_id] = found
        return self._ids[run_id]

    def wait(self, run_id: str) -> str | None:
        """Return the server's id of a run once it has one, in a thread that can wait; None after minutes."""
        until = time.monotonic() + _MINUTES
        while self.real(run_id) is None and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)
        return self.real(run_id)

    def named(self, value: Any) -> Any:
        """Return an argument of a store's method with the server's ids in place of the kernel's.

        Raises
        ------
        NotYet
            With the id of a run that the server has not made.
        """
        if isinstance(value, list):
            return [self.named(one) for one in value]
        if not isinstance(value, str) or value not in self._runs:
            return value
        real = self.real(value)
        if real is None:
            self._settle()
            real = self.real(value)
        if real is None:
            raise NotYet(value)
        return real

    def __bool__(self) -> bool:
        return bool(self._runs)


@contextlib.contextmanager
def placeholders() -> Iterator[None]:
    """Note that whoever asks a server now can do with a placeholder."""
    token = _has_placeholder.set(True)
    try:
        yield
    finally:
        _has_placeholder.reset(token)


def has_placeholder() -> bool:
    """Tell whether the caller can do with a placeholder."""
    return _has_placeholder.get()


def placeholder(experiment: str) -> str:
    """Return what stands for the id of an experiment whose name alone is known."""
    return _PLACEHOLDER + experiment


def behind(experiment_id: str) -> str | None:
    """Return the name of the experiment that a placeholder stands for; None for an id."""
    return experiment_id.removeprefix(_PLACEHOLDER) if experiment_id.startswith(_PLACEHOLDER) else None
