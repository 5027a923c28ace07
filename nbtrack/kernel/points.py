"""Takes what `nbtrack.log` and MLflow's `log_metric` log: into the journal, where nothing more is to be done.

A hot loop comes by here, so nothing is made or looked up that the call before has left.
"""

from __future__ import annotations

import contextlib
import threading
import time
from numbers import Integral
from typing import TYPE_CHECKING, Any

from nbtrack import points
from nbtrack.kernel import fluent, seams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.recorder import Recorder


class Points:
    """The short way from a loop to the journal.

    Parameters
    ----------
    recorder
        Writes into the kernel's journal.
    logged
        Called with the id of a run that is logged to.
    seen
        Called with a run's id, what it was logged as values by key, the time in milliseconds, and the step.
    guard
        Counts their faults, none of which is the user's.
    """

    def __init__(
        self,
        recorder: Recorder,
        logged: Callable[[str], None],
        seen: Callable[[str, Mapping[str, float], int, int], None],
        guard: Guard,
    ) -> None:
        self._recorder = recorder
        self._logged = logged
        self._seen = seen
        self._guard = guard
        self._threads = threading.local()

    @contextlib.contextmanager
    def offered(self) -> Iterator[None]:
        """Be offered what loops log as long as this lasts. Needs MLflow imported."""
        with points.taken_by(self.take), fluent.shortened(self.take):
            yield

    def take(self, metrics: Mapping[str, Any], step: int) -> bool:
        """Log to the active run; tell whether that was done.

        Not done is what MLflow links to more than a run: to models of the run, or to an active model.

        Parameters
        ----------
        metrics
            Values by key, which nobody changes afterwards.

        Raises
        ------
        MlflowException
            As MLflow's own call would.
        """
        try:
            stack, active = self._threads.known
        except AttributeError:
            # MLflow keeps one list for each thread, as long as the thread lives.
            stack, active = self._threads.known = seams.my_stack(), seams.my_active_model()
        if not stack or self._guard.tripped or active.value[0].model_id is not None:
            return False
        run = stack[-1]
        outputs = run.outputs
        if outputs is not None and outputs.model_outputs:
            return False
        run_id = run.info.run_id
        now = int(time.time() * 1000)
        if type(step) is not int:
            if not isinstance(step, Integral):  # MLflow's to refuse
                return False
            step = int(step)
        if not self._recorder.plain(metrics):
            metrics = self._recorder.checked(metrics, now, step)
        try:
            if not self._recorder.points(run_id, metrics, now, step):
                return False
        except Exception as fault:  # noqa: BLE001 - the call goes to the store itself then
            self._guard.swallow("points", fault)
            return False
        try:
            self._logged(run_id)
            self._seen(run_id, metrics, now, step)
        except Exception as fault:  # noqa: BLE001 - the points are safe
            self._guard.swallow("seen", fault)
        return True
