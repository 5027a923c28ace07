"""Models on stores that have none with ids of their own: kept in a folder of their run's artifacts instead.

MLflow 3 asks such a store for a model first. It fails there, and of a fit under autologging it then logs
neither the metrics nor the model.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from nbtrack import capabilities, modelfolder

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable
    from types import FrameType

    from nbtrack.kernel.notices import Notices

_SAFETY = "mlflow.utils.autologging_utils.safety"


def has_ids() -> bool:
    """Tell whether the store in use gives models ids, or can't be asked. Asked once for each store."""
    import mlflow

    try:
        return capabilities.of(mlflow.MlflowClient()).logged_models
    except Exception:  # noqa: BLE001 - MLflow meets it as well, and says what it is
        return True


def log(asked: inspect.BoundArguments, notices: Notices) -> Any:
    """Make a call of `Model.log` there, and return what it would.

    Raises
    ------
    Exception
        The flavor's own, or the store's.
    """
    given = dict(asked.arguments)
    given |= given.pop("kwargs", {})
    notices.tell(
        "this store keeps models as artifacts of their run, so they have no ids of their own: "
        "`mlflow.pyfunc.load_model('runs:/RUN_ID/model')` loads one, `nbtrack.register` registers it."
    )
    return modelfolder.log(given.pop("cls"), given.pop("flavor"), **given)


def forgiving(create: Callable[..., Any]) -> Callable[..., Any]:
    """Return a store's `create_logged_model` that begins a model without an id where a fit asks in vain.

    Autologging begins its model before the fit and goes on with the id it got; with None it logs the
    metrics to the run alone.
    """

    @functools.wraps(create)
    def create_logged_model(store: Any, *args: Any, **kwargs: Any) -> Any:
        from mlflow.entities import LoggedModel
        from mlflow.exceptions import MlflowException

        try:
            return create(store, *args, **kwargs)
        except MlflowException as error:
            if not (capabilities.is_unknown(error) and by_autologging(sys._getframe(1))):  # noqa: SLF001
                raise
        nothing: Any = None
        return LoggedModel("", nothing, "", "", 0, 0)

    return create_logged_model


def by_autologging(frame: FrameType | None) -> bool:
    """Tell whether the nearest code that isn't MLflow's is a fit rather than a call that logs a model."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name == _SAFETY:
            return True
        if name.partition(".")[0] != "mlflow":
            return False
        frame = frame.f_back
    return False
