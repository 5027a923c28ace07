"""What a fit leaves: the fitted object and the first rows, noted for the run that the fit is logged in."""

from __future__ import annotations

import inspect
import threading
from typing import Any

from nbtrack.kernel import seams
from nbtrack.kernel.runs import FITS
from nbtrack.registering import memory


class Fits:
    """Hears of fits from MLflow's autologging, and has `registering.memory` remember what they leave."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def begins(self, session: object, destination: object, function: str, args: tuple[Any, ...]) -> None:
        """Note the outermost fit: those inside it are steps of a pipeline, or candidates of a search."""
        if function in FITS and getattr(self._thread, "session", None) is not session:
            self._thread.session = session
            self._thread.outermost = _key(destination, function, args)

    def ends(
        self, session: object, destination: object, function: str, args: tuple[Any, ...], kwargs: Any
    ) -> None:
        """Remember what a fit has left, in the run that is active in its thread."""
        if function not in FITS or getattr(self._thread, "session", None) is not session:
            return
        if self._thread.outermost != _key(destination, function, args):
            return
        stack = seams.my_stack()
        left = _left(destination, args, kwargs) if stack else None
        if left is not None and left[0] is not None:
            memory.remember(stack[-1].info.run_id, *left, automatic=True)


def _key(destination: object, function: str, args: tuple[Any, ...]) -> tuple[int, str, int]:
    of_module = inspect.ismodule(destination)  # its arguments may be replaced on the way
    return id(destination), function, 0 if of_module or not args else id(args[0])


def _left(destination: Any, args: tuple[Any, ...], kwargs: Any) -> tuple[Any, Any] | None:
    """Return the fitted object and what it was fitted on."""
    if inspect.ismodule(destination):  # xgboost.train, lightgbm.train
        data = kwargs.get("dtrain", kwargs.get("train_set", args[1] if len(args) > 1 else None))
        return seams.result_of_fit(), data
    if not args:
        return None
    itself, first = args[0], args[1] if len(args) > 1 else None
    library = destination.__module__.partition(".")[0]
    if library in ("lightning", "pytorch_lightning"):
        loader = kwargs.get("train_dataloaders", args[2] if len(args) > 2 else None)  # noqa: PLR2004
        return kwargs.get("model", first), _tensor(loader)
    if library == "statsmodels":
        data = getattr(itself, "data", None)
        frame = getattr(data, "frame", None)
        return seams.result_of_fit(), getattr(data, "orig_exog", None) if frame is None else frame
    if library == "pyspark":
        return seams.result_of_fit(), None
    return itself, kwargs.get("X", kwargs.get("x", first))


def _tensor(loader: Any) -> Any | None:
    """Return the inputs behind a loader where they lie ready: to ask it for a batch could change the run."""
    tensors = getattr(getattr(loader, "dataset", None), "tensors", None)
    return tensors[0] if tensors else None
