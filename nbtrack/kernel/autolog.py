"""MLflow's autologging, as nbtrack switches it on, and what nbtrack learns from it.

Defaults: no models, no datasets, no traces, silent: 0.4 s for a small fit instead of 3.7 s. What the user
configures, for one framework or for all, before or after, wins.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from nbtrack.kernel import seams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.kernel.cells import Whose
    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.notices import Notices

# The libraries whose fits become runs, and MLflow's module for each.
LIBRARIES = {
    "keras": "keras",
    "lightgbm": "lightgbm",
    "lightning": "pytorch",
    "pytorch_lightning": "pytorch",
    "sklearn": "sklearn",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "transformers": "transformers",
    "xgboost": "xgboost",
}


class Autolog:
    """Switches autologging on with nbtrack's defaults and off without a trace.

    Parameters
    ----------
    fit_begins
        Called with the autologging session and the function's name before each patched call.
    """

    def __init__(
        self,
        fit_begins: Callable[[object, str], None],
        whose: Whose,
        guard: Guard,
        notices: Notices,
    ) -> None:
        self._fit_begins = guard(fit_begins, None)
        self._whose = whose
        self._notices = notices
        self._undo = contextlib.ExitStack()
        self._before: seams.AutologState | None = None
        self._ours: dict[str, Any] | None = None
        self._looked_at: set[str] = set()
        self.models = False

    @property
    def armed(self) -> bool:
        """Whether `arm` has been called and `disarm` has not."""
        return self._ours is not None

    def listen(self) -> None:
        """Hear of every fit, and keep hold of what autologging buffers. Needs MLflow imported."""
        self._undo.enter_context(_event_logger(self._fit_begins))
        self._undo.enter_context(_batch_logger(self._whose))

    def arm(self) -> None:
        """Switch autologging on. To be called in the main thread: it imports the user's frameworks."""
        import mlflow

        before = seams.AutologState()
        if before.is_chosen_by_user:
            self._ours = {}  # the user called mlflow.autolog(): it stands as it is
            return
        self._before = before
        mlflow.autolog(log_models=self.models, log_datasets=False, log_traces=False, silent=True)
        self._ours = before.current("mlflow")

    def disarm(self) -> None:
        """Switch off what `arm` switched on; what the user configured stays."""
        if self._before is not None and self._before.current("mlflow") is self._ours:
            self._before.restore()
        self._before = self._ours = None
        self._looked_at.clear()

    def stop(self) -> None:
        """Undo `listen` and `arm`."""
        self.disarm()
        self._undo.close()

    def look_for_failures(self) -> None:
        """Tell of a framework whose autologging can't be switched on; MLflow is silent about it."""
        if not self._ours:
            return
        for library, flavor in LIBRARIES.items():
            if library in self._looked_at or library not in sys.modules:
                continue
            self._looked_at.add(library)
            reason = seams.why_not_autologged(flavor)
            if reason is not None:
                self._notices.tell(
                    f"autologging of {library} can't be switched on ({reason}): its fits make no run. "
                    f"Your code is not affected; log by hand, or type `mlflow.{flavor}.autolog()` to see more."
                )


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Switch all autologging off for a cell that opted out."""
    from mlflow.utils.autologging_utils import disable_autologging

    with disable_autologging():
        yield


@contextlib.contextmanager
def _event_logger(fit_begins: Callable[[object, str], None]) -> Iterator[None]:
    """Put a listener before MLflow's own autologging event logger."""
    from mlflow.utils.autologging_utils.events import AutologgingEventLogger

    before = AutologgingEventLogger._event_logger  # noqa: SLF001 - get_logger() would make one
    chained = AutologgingEventLogger.get_logger()

    class FitListener:
        def log_patch_function_start(
            self, session: Any, destination: Any, function: str, *arguments: Any
        ) -> None:
            fit_begins(session, function)
            chained.log_patch_function_start(session, destination, function, *arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(chained, name)

    AutologgingEventLogger.set_logger(FitListener())
    try:
        yield
    finally:
        AutologgingEventLogger._event_logger = before  # noqa: SLF001


@contextlib.contextmanager
def _batch_logger(whose: Whose) -> Iterator[None]:
    """Let the cell know MLflow's metric buffers, to flush what an interrupt leaves in them."""
    from mlflow.utils import autologging_utils

    original = autologging_utils.BatchMetricsLogger

    class KnownBatchMetricsLogger(original):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            cell = whose.mine()
            if cell is not None:
                cell.loggers.append(self)

    autologging_utils.BatchMetricsLogger = KnownBatchMetricsLogger  # type: ignore[misc]
    try:
        yield
    finally:
        autologging_utils.BatchMetricsLogger = original  # type: ignore[misc]
