"""A server's store as the kernel sees it: no call waits long for one that is away, and it knows all runs."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from nbtrack.kernel.patience import Silent
from nbtrack.kernel.unborn import NotYet, has_placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.patience import Patience
    from nbtrack.kernel.unborn import Unborn

# What is not in the journal has nothing but MLflow's own patience to be kept by: it may be minutes.
_KEPT_BY_MLFLOW = frozenset({"log_batch", "log_metric", "log_param", "set_tag", "update_run_info"})


class Patient:
    """Wraps the methods of MLflow's stores on servers.

    Parameters
    ----------
    patience
        Waits for servers.
    unborn
        Runs that no server has yet.
    """

    def __init__(self, patience: Patience, unborn: Unborn) -> None:
        self._patience = patience
        self._unborn = unborn

    def methods(self, kind: type, other: frozenset[str]) -> dict[str, Any]:
        """Return the public methods of a class of stores, wrapped, but for `other`."""
        return {
            name: self._wrapped(method)
            for name, method in inspect.getmembers(kind, inspect.isfunction)
            if not (name.startswith("_") or name.endswith("_async") or name in other)
        }

    def create(self, store: Any, run_id: str, asked: dict[str, Any], create: Callable[..., Any]) -> Any:
        """Have the server make a run.

        Parameters
        ----------
        run_id
            The kernel's id of it, which its tags hold.

        Raises
        ------
        Silent
            If it does not answer. Should it have made the run all the same, and the sender another, this one
            is deleted.
        """

        def late(run: Any) -> None:
            real = self._unborn.wait(run_id)
            if real not in (None, run.info.run_id):
                store.nbtrack_plain.delete_run(store, run.info.run_id)

        return self._patience.call(store.nbtrack_uri, lambda: create(**asked), late, replaceable=True)

    def get(self, store: Any, run_id: str, get_run: Callable[[str], Any]) -> Any:
        """Return a run as the store has it.

        Raises
        ------
        Silent
            If there is no answer.
        """
        real = self._unborn.real(run_id) if run_id in self._unborn else run_id
        if real is None:
            raise Silent(run_id)
        return self._patience.call(store.nbtrack_uri, lambda: get_run(real), replaceable=True)

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        waits = method.__name__ in _KEPT_BY_MLFLOW

        @functools.wraps(method)
        def patient(store: Any, *args: Any, **kwargs: Any) -> Any:
            if self._unborn:
                try:
                    args = tuple(self._unborn.named(one) for one in args)
                    kwargs = {name: self._unborn.named(one) for name, one in kwargs.items()}
                except NotYet as run:
                    if method.__name__ == "get_run":
                        return self._unborn.copy(str(run))
                    raise unavailable(
                        f"run {run} is kept on this disk until the server answers, and only logging to it is "
                        "possible until then. `nbtrack status` tells how much waits."
                    ) from None
            if waits:
                return method(store, *args, **kwargs)
            try:
                return self._patience.call(
                    store.nbtrack_uri,
                    lambda: method(store, *args, **kwargs),
                    replaceable=has_placeholder(),
                )
            except Silent as why:
                raise unavailable(f"{why} MLflow was to call {method.__name__} there.") from None

        return patient


def unavailable(why: str) -> Exception:
    """Return an exception of MLflow's, which its users expect."""
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import TEMPORARILY_UNAVAILABLE

    return MlflowException(why, error_code=TEMPORARILY_UNAVAILABLE)
