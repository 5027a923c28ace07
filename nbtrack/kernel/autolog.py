"""MLflow's autologging, as nbtrack switches it on, and what nbtrack learns from it.

Defaults: no models, no datasets, no traces, silent: `make bench` shows what that saves a small fit. What the
user configures, for one framework or for all, before or after, wins.
"""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.kernel import seams
from nbtrack.kernel.fitted import Fits
from nbtrack.registering import memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.kernel.cells import Whose
    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.notices import Notices

_log = logging.getLogger(__name__)

# The libraries whose fits become runs, and MLflow's module for each.
LIBRARIES = {
    "keras": "keras",
    "lightgbm": "lightgbm",
    "lightning": "pytorch",
    "pyspark.ml": "pyspark.ml",
    "pytorch_lightning": "pytorch",
    "setfit": "transformers",
    "sklearn": "sklearn",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "transformers": "transformers",
    "xgboost": "xgboost",
}

# Frameworks whose models are often a step of a scikit-learn pipeline. MLflow logs the outermost fit only, so
# scikit-learn's autologging would silence one of these that the user has switched on.
INSIDE_PIPELINES = ("lightgbm", "xgboost")


class Autolog:
    """Switches autologging on with nbtrack's defaults and off without a trace.

    Not by `mlflow.autolog()`: its import hooks hold a lock while they import a whole framework, and an
    import in any other thread then waits for that lock with Python's import lock in hand, for ever. wrapt,
    from which MLflow once copied them, has since mended its own, and those are used here.

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
        fits = Fits()
        self._fit_begins = guard(fit_begins, None)
        self._fit_starts = guard(fits.begins, None)
        self._fit_ends = guard(fits.ends, None)
        self._whose = whose
        self._notices = notices
        self._undo = contextlib.ExitStack()
        self._hooked = False
        self._switching: str | None = None  # which of MLflow's flavors
        self._switches: dict[str, seams.AutologSwitch] = {}
        self.armed = False
        self.models = False

    def listen(self) -> None:
        """Hear of every fit, and keep hold of what autologging buffers. Needs MLflow imported."""
        self._undo.enter_context(_event_logger(self._begins, self._fit_ends, self._autolog_called))
        self._undo.callback(memory.clear)
        self._undo.enter_context(_batch_logger(self._whose))

    def arm(self) -> None:
        """Switch autologging on, for what is imported and what will be. Call it in the main thread."""
        from wrapt import register_post_import_hook

        self.armed = True
        if self._hooked:
            for library in self._switches:
                self._switch_on(library)
            return
        self._hooked = True
        for library in LIBRARIES:
            register_post_import_hook(partial(self._imported, library), library)

    def disarm(self) -> None:
        """Switch off what `arm` switched on; what the user configured stays."""
        self.armed = False
        for switch in self._switches.values():
            switch.off()

    def stop(self) -> None:
        """Undo `listen` and `arm`."""
        self.disarm()
        self._switches.clear()
        self._undo.close()

    def _begins(self, session: object, destination: object, function: str, args: tuple[Any, ...]) -> None:
        self._fit_begins(session, function)
        self._fit_starts(session, destination, function, args)

    def _imported(self, library: str, _module: object) -> None:
        # Of a library imported while tracking is off, `arm` must know later.
        self._switches[library] = seams.AutologSwitch(f"mlflow.{LIBRARIES[library]}")
        if self.armed:
            self._switch_on(library)

    def _autolog_called(self, flavor: str, wishes: dict[str, Any]) -> None:
        """Stand back where the user calls a framework's `autolog` and ours would hide what it logs."""
        switch = self._switches.get("sklearn")
        if self._switching or switch is None or flavor not in INSIDE_PIPELINES or wishes.get("disable"):
            return
        if switch.off():
            self._notices.tell(
                f"you switched autologging of {flavor} on, so scikit-learn's is off: it would hide what "
                f"{flavor} logs inside a Pipeline. Type `mlflow.sklearn.autolog(log_models=False)` for both."
            )

    def _switch_on(self, library: str) -> None:
        if self._switching == LIBRARIES[library]:
            return  # `mlflow.pytorch.autolog` imports both names of Lightning, and patches both
        if library == "sklearn" and any(map(seams.is_autologged_by_user, INSIDE_PIPELINES)):
            return
        outer, self._switching = self._switching, LIBRARIES[library]  # an import may lead to another
        try:
            self._switches[library].on(
                log_models=self.models, log_datasets=False, log_traces=False, silent=True
            )
        except Exception as error:  # noqa: BLE001 - the user's import must go through
            _log.debug("autologging of %s failed", library, exc_info=True)
            self._notices.tell(
                f"autologging of {library} can't be switched on ({type(error).__name__}: {error}), so its "
                f"fits make no run. Your code is not affected; log by hand, or type "
                f"`import mlflow.{LIBRARIES[library]}` to see more."
            )
        finally:
            self._switching = outer


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Switch all autologging off for a cell that opted out."""
    from mlflow.utils.autologging_utils import disable_autologging

    with disable_autologging():
        yield


@contextlib.contextmanager
def _event_logger(
    fit_begins: Callable[[object, object, str, tuple[Any, ...]], None],
    fit_ends: Callable[[object, object, str, tuple[Any, ...], Any], None],
    autolog_called: Callable[[str, dict[str, Any]], None],
) -> Iterator[None]:
    """Put a listener before MLflow's own autologging event logger."""
    from mlflow.utils.autologging_utils.events import AutologgingEventLogger

    before = AutologgingEventLogger._event_logger  # noqa: SLF001 - get_logger() would make one
    chained = AutologgingEventLogger.get_logger()

    class FitListener:
        def log_patch_function_start(
            self, session: Any, destination: Any, function: str, args: Any, kwargs: Any
        ) -> None:
            fit_begins(session, destination, function, args)
            chained.log_patch_function_start(session, destination, function, args, kwargs)

        def log_original_function_success(
            self, session: Any, destination: Any, function: str, args: Any, kwargs: Any
        ) -> None:
            fit_ends(session, destination, function, args, kwargs)
            chained.log_original_function_success(session, destination, function, args, kwargs)

        def log_autolog_called(self, flavor: str, arguments: Any, wishes: dict[str, Any]) -> None:
            autolog_called(flavor, wishes)
            chained.log_autolog_called(flavor, arguments, wishes)

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
