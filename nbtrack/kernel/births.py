"""How a store makes a run; where a server does not answer, the run is made here and by the sender there."""

from __future__ import annotations

import functools
import uuid
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.kernel.patience import Silent
from nbtrack.kernel.patient import unavailable
from nbtrack.kernel.unborn import behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.patient import Patient
    from nbtrack.kernel.recorder import Recorder


def plain(store: Any, method: str) -> Callable[..., Any]:
    """Return a store's own method, past the tap."""
    return functools.partial(getattr(store.nbtrack_plain, method), store)


def with_tags(asked: dict[str, Any], extra: dict[str, str]) -> dict[str, Any]:
    """Return the wish for a run with the tags that it lacks; what was asked for stays."""
    from mlflow.entities import RunTag

    given = {tag.key for tag in asked["tags"]}
    return {**asked, "tags": [*asked["tags"], *(RunTag(k, v) for k, v in extra.items() if k not in given)]}


class Births:
    """Has runs made.

    Parameters
    ----------
    patient
        Asks servers.
    recorder
        Records what is logged to a run from its making on.
    """

    def __init__(self, patient: Patient, recorder: Recorder) -> None:
        self._patient = patient
        self._recorder = recorder

    def make(self, store: Any, asked: dict[str, Any], *, tracked: bool = True) -> Any:
        """Return a run, new in the store or to be made there later; that one only if it is tracked.

        Raises
        ------
        MlflowException
            As MLflow's own call would; for a server that is away, where the run can't be kept here.
        """
        run_id = uuid.uuid4().hex
        if store.nbtrack_uri.startswith("http"):
            # To make a run again is to make another: by its tag the sender finds out whether the server had
            # made it without our hearing of it.
            asked = with_tags(asked, {tags.RUN_ID: run_id})
        try:
            run = self._ask(store, run_id, asked)
        except Silent as why:
            run = self._recorder.create(store, run_id, asked) if tracked else None
            if run is None:
                raise unavailable(f"{why} No run could be made there.") from None
            return run
        if tracked:
            self._recorder.adopt(store, run)
        return run

    def _ask(self, store: Any, run_id: str, asked: dict[str, Any]) -> Any:
        if behind(str(asked["experiment_id"])) is not None:
            raise Silent("The server did not answer when it was asked for the experiment.")
        return self._patient.create(store, run_id, asked, plain(store, "create_run"))

    def again(self, store: Any, run_id: str) -> Any:
        """Return a run that was made here before; as it is remembered, where the server does not answer."""
        try:
            return self._patient.get(store, run_id, plain(store, "get_run"))
        except Silent as why:
            run = self._recorder.remembered(run_id)
            if run is None:
                raise unavailable(str(why)) from None
            return run
