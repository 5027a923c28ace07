"""Who is making this run? Read from the call stack at the moment when the store is asked for one.

MLflow's fluent API makes runs on three occasions that look the same to a store: the user's own
`start_run()`, a `log_*` with no run open, and autologging at the start of a `fit`. Only the stack tells them
apart, and it is walked only when a run is made or a param clashes, never for a metric.
"""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_DEPTH = 60


class Origin(Enum):
    """Who makes a run."""

    USER = "start_run() in the user's code, or in a library that is not MLflow"
    IMPLICIT = "a log call with no run open, or MLflow itself on the user's behalf"
    AUTOLOG = "autologging, at the start of a fit"
    SEARCH = "autologging, for the candidates of a search estimator"
    TRACKED = "nbtrack.track_run(...).start(), the %track_run magic"
    CLIENT = "MlflowClient.create_run in the user's code"
    UNTRACKED = "anybody, in a cell that is left alone"


def of_creation() -> Origin:
    """Return who asks for a run. To be called in the thread that asks, inside `create_run`."""
    started = False
    in_mlflow_only = True
    for function, module in _callers():
        if function == "create_managed_run" and module == "mlflow.utils.autologging_utils.safety":
            return Origin.AUTOLOG
        if started:
            # The first caller of start_run decides.
            if module == "nbtrack.tracking" and function == "start":
                return Origin.TRACKED
            implicit = _is_mlflow(module) or module == "nbtrack.kernel.lender"
            return Origin.IMPLICIT if implicit else Origin.USER
        if function == "start_run" and module == "mlflow.tracking.fluent":
            started = True
        elif function == "safe_patch_function":
            return Origin.SEARCH
        elif not _is_mlflow(module) and not _is_machinery(module):
            in_mlflow_only = False
    return Origin.SEARCH if in_mlflow_only else Origin.CLIENT


def is_fluent_param() -> bool:
    """Tell whether `mlflow.log_param(s)` of the user is being executed, outside any autologging."""
    fluent = False
    for function, module in _callers():
        if function == "safe_patch_function":
            return False
        if function in ("log_param", "log_params") and module == "mlflow.tracking.fluent":
            fluent = True
    return fluent


def is_users_end() -> bool:
    """Tell whether the user's own `mlflow.end_run()` or `with` is what ends a run now."""
    ending = False
    for function, module in _callers():
        if ending and module != "mlflow.tracking.fluent":  # past ActiveRun.__exit__
            return not _is_mlflow(module)
        if function == "end_run" and module == "mlflow.tracking.fluent":
            ending = True
    return False


def _callers() -> Iterator[tuple[str, str]]:
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - CPython's documented way to the stack
    for _ in range(_DEPTH):
        if frame is None:
            return
        yield frame.f_code.co_name, str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back


def _is_mlflow(module: str) -> bool:
    return module == "mlflow" or module.startswith("mlflow.")


def _is_machinery(module: str) -> bool:
    return module.split(".", 1)[0] in {"nbtrack", "concurrent", "threading", "contextlib", "functools"}
