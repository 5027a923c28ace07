"""Load and unload: the one place where the parts of the kernel's side meet."""

from __future__ import annotations

import atexit
import contextlib
from typing import TYPE_CHECKING, Any

from nbtrack import runtime, switch, tracking
from nbtrack.errors import NbtrackError
from nbtrack.kernel import completion, magics, seams, transform
from nbtrack.kernel.autolog import Autolog
from nbtrack.kernel.behind import Behind
from nbtrack.kernel.capture import Capture
from nbtrack.kernel.cells import Whose
from nbtrack.kernel.context import Context, NotebookContextProvider, NotebookExperimentProvider
from nbtrack.kernel.execution import Execution
from nbtrack.kernel.guard import Guard
from nbtrack.kernel.heartbeat import Heartbeat
from nbtrack.kernel.notebook import Notebook, kernel_id
from nbtrack.kernel.notices import Notices
from nbtrack.kernel.place import Place
from nbtrack.kernel.runs import Runs
from nbtrack.kernel.sqlthread import SQL
from nbtrack.kernel.tap import Tap
from nbtrack.kernel.warmup import Warmup
from nbtrack.leftover import leftover_notice
from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.records import KernelRecord
    from nbtrack.switch import Models, Status

# How long the exit of the kernel waits for what is still to be stored.
EXIT_SECONDS = 5.0

_loaded: dict[InteractiveShell, Extension] = {}


def load(shell: InteractiveShell) -> None:
    """Switch nbtrack on. A second time changes nothing."""
    if shell not in _loaded:
        _loaded[shell] = Extension(shell)
        _loaded[shell].start()


def unload(shell: InteractiveShell) -> None:
    """Put back the very same objects that were there before `load`."""
    extension = _loaded.pop(shell, None)
    if extension is not None:
        extension.stop()


class Extension:
    """nbtrack in one kernel."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._notices = Notices()
        self._guard = Guard(self._tripped)
        self._kernel_id = kernel_id(shell)
        self._notebook = Notebook(self._kernel_id, shell.user_ns)
        self._place = Place(self._notebook, self._notices)
        self._behind = Behind()
        whose = Whose()
        context = Context(self._kernel_id, self._notebook.path)
        capture = Capture(self._behind, self._notebook, _history(shell))
        self._runs = Runs(whose, context, self._guard(capture.take, None))
        self._autolog = Autolog(self._runs.fit_begins, whose, self._guard, self._notices)
        self._tap = Tap(self._runs, self._guard, self._place.artifact_root, lambda _uri: self._place.follow())
        self._heartbeat = Heartbeat(self._runs)
        self._warmup = Warmup(self._wire, self._failed, self._open_store)
        self._execution = Execution(
            self._kernel_id,
            lambda: int(shell.execution_count),
            self._runs,
            self._autolog,
            self._behind,
            self._warmup,
            self._between,
        )
        self._context_provider = NotebookContextProvider(context, whose)
        self._experiment_provider = NotebookExperimentProvider(self._place.experiment, self._notices)
        self._undo = contextlib.ExitStack()
        self._told: KernelRecord | None = None

    # -- load and unload ---------------------------------------------------------------------------

    def start(self) -> None:
        """Wire nbtrack into IPython now, and into MLflow behind the first cells."""
        for event in ("pre_run_cell", "post_run_cell"):
            hook = self._guard(getattr(self._execution, event), None)
            self._shell.events.register(event, hook)
            self._undo.callback(self._shell.events.unregister, event, hook)
        # Between cells is the only moment to speak; also for a guard that has tripped.
        self._shell.events.register("post_run_cell", self._speak)
        self._undo.callback(self._shell.events.unregister, "post_run_cell", self._speak)
        for parts in (
            magics.registered(self._shell),
            transform.registered(self._shell),
            completion.registered(self._shell),
            switch.serving(self),
            tracking.announcing(self._execution.tracked),
        ):
            self._undo.enter_context(parts)
        atexit.register(self._exit)
        self._undo.callback(atexit.unregister, self._exit)
        notice = leftover_notice(self._place.settings)
        if notice:
            self._notices.tell(notice)
        self._warmup.start()
        # The cell that loads nbtrack fires no pre_run_cell for it, and may go on to train.
        self._execution.begin(*_current_cell(self._shell))

    def stop(self) -> None:
        """Undo everything."""
        self._execution.end()
        if self._warmup.wait():
            self._heartbeat.stop()
            self._behind.stop(EXIT_SECONDS)
            self._autolog.stop()
            self._tap.remove()
            seams.context_providers().remove(self._context_provider)
            seams.experiment_providers().remove(self._experiment_provider)
            self._place.restore()
            SQL.stop()
        self._undo.close()
        runtime.remove(self._kernel_id)

    def _wire(self) -> None:
        """Import MLflow and wire nbtrack into it; in the warm-up thread."""
        SQL.start()
        self._behind.start()
        absent = seams.missing()
        if absent:
            raise NbtrackError(
                f"this MLflow lacks {', '.join(absent)}, on which nbtrack relies.",
                hint='Type `%pip install "mlflow>=3.15,<3.18"` and restart the kernel.',
            )
        self._place.apply()
        self._tap.install()
        seams.context_providers().append(self._context_provider)
        seams.experiment_providers().insert(0, self._experiment_provider)
        self._autolog.listen()
        self._heartbeat.start()
        # Queued before anybody's own use of the store, which finds it made and checked.
        SQL.post(self._prepare_store)

    def _prepare_store(self) -> None:
        """Make or check the store; on the SQL thread.

        Nothing here may ask MLflow for a store: MLflow holds a lock while it builds one, and whoever holds
        it may be waiting for this thread.
        """
        from nbtrack import schema

        try:
            schema.prepare(self._place.settings)
        except Exception as error:  # noqa: BLE001 - the user's own call will meet it too
            self._notices.tell(f"runs are not recorded: {error}")

    def _open_store(self) -> None:
        """Open a local store before anybody needs it: two seconds of imports."""
        from mlflow import MlflowClient

        if self._place.settings.store.startswith("sqlite:"):
            MlflowClient().get_experiment_by_name("Default")

    def _exit(self) -> None:
        """Store what can be stored before the kernel is gone."""
        self._execution.end()
        self._behind.drain(EXIT_SECONDS)
        runtime.remove(self._kernel_id)

    def _failed(self, error: Exception) -> None:
        hint = (
            "" if isinstance(error, NbtrackError) else " Type `%pip install mlflow` and restart the kernel."
        )
        self._notices.tell(
            f"off, since MLflow can't be used: {type(error).__name__}: {error}.{hint} "
            "Your cells run as without nbtrack."
        )

    def _tripped(self, fault: Exception) -> None:
        self._notices.tell(
            f"off after three faults of its own, the last {type(fault).__name__}: {fault}. Your work is not "
            "affected. Type `%reload_ext nbtrack` to switch it on again."
        )

    # -- between cells -----------------------------------------------------------------------------

    def _speak(self, _result: object) -> None:
        self._notices.speak()

    def _between(self) -> None:
        self._place.follow()
        record = self._place.record(self._kernel_id, tracking=self._execution.on)
        if record != self._told:
            self._told = record
            self._behind.put(lambda: runtime.write(record))

    # -- what `nbtrack.track` asks for -------------------------------------------------------------

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
            SQL.call(self._prepare_store)
        if experiment:
            mlflow.set_experiment(experiment)
        self._between()

    def set_models(self, models: Models) -> None:
        """Choose whether autologging logs models."""
        self._autolog.models = models == "inline"
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
            models="inline" if self._autolog.models else "off",
            runs=(len(self._runs.known), len(self._runs.open_runs())),
            notices=self._notices.told,
        )


def _current_cell(shell: Any) -> tuple[str, str | None, dict[str, Any] | None]:
    """Return source, id and metadata of the cell that is being executed, as an event would tell them."""
    history = _history(shell)
    source = history[-1] if history else ""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    meta = parent.get("metadata") or {}
    return source, meta.get("cellId"), meta


def _history(shell: Any) -> list[str]:
    """Return IPython's list of the sources executed so far (the list itself)."""
    manager = shell.history_manager
    history: list[str] = [] if manager is None else manager.input_hist_raw
    return history
