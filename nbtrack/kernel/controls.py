"""What `nbtrack.track` asks of a kernel that has nbtrack loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import switch, tracking
from nbtrack.kernel.sqlthread import SQL
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.kernel.autolog import Autolog
    from nbtrack.kernel.execution import Execution
    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.notebook import Notebook
    from nbtrack.kernel.notices import Notices
    from nbtrack.kernel.place import Place
    from nbtrack.kernel.postponing import Postponing
    from nbtrack.kernel.runs import Runs
    from nbtrack.kernel.warmup import Warmup
    from nbtrack.look import Look
    from nbtrack.switch import Models, Status


class Controls:
    """Changes settings of the parts, and says how they stand.

    Parameters
    ----------
    postponing
        Logs models later, and tells how far the store is.
    between
        Called when the store or the experiment has changed.
    """

    def __init__(
        self,
        execution: Execution,
        autologging: Autolog,
        warmup: Warmup,
        place: Place,
        notebook: Notebook,
        runs: Runs,
        look: Look,
        guard: Guard,
        notices: Notices,
        postponing: Postponing,
        between: Callable[[], None],
    ) -> None:
        self.look = look
        self._execution = execution
        self._autolog = autologging
        self._warmup = warmup
        self._place = place
        self._notebook = notebook
        self._runs = runs
        self._guard = guard
        self._notices = notices
        self._postponing = postponing
        self._between = between

    def switch(self, *, on: bool) -> None:
        """Track the cells from now on, or leave them alone."""
        self._execution.on = on
        if not on:
            self._autolog.disarm()
        elif self._warmup.wait():
            self._autolog.arm()

    def move(self, store: str | None, experiment: str | None) -> None:
        """Use another store or experiment from now on."""
        import mlflow

        self._warmup.wait()
        self._place.choose(store, experiment)
        if store:
            self._place.move()
            SQL.call(self._place.prepare)
        if experiment:
            # Found or made here: MLflow would announce a new one on stderr.
            mlflow.set_experiment(experiment_id=tracking.experiment_id(experiment))
        self._between()

    def set_models(self, models: Models) -> None:
        """Choose whether autologging logs models."""
        self._autolog.models = models != "off"
        self._postponing.on = models == "later"
        if self._autolog.armed:
            self._autolog.disarm()
            self._autolog.arm()

    def status(self) -> Status:
        """Say how things stand."""
        return switch.Status(
            tracking=self._execution.on and not self._guard.tripped,
            store=without_credentials(self._place.settings.store),
            store_source=self._place.settings.store_source,
            experiment=self._place.settings.experiment,
            notebook=self._notebook.path(),
            models="off" if not self._autolog.models else "later" if self._postponing.on else "inline",
            live=self.look.live,
            save=self.look.save,
            logged=self._postponing.state(),
            runs=(len(self._runs.known), len(self._runs.open_runs())),
            notices=self._notices.told,
        )
