"""Load and unload: the one place where the parts of the kernel's side meet."""

from __future__ import annotations

import atexit
import contextlib
import os
from importlib import import_module
from typing import TYPE_CHECKING

from nbtrack import runtime, switch, tracking
from nbtrack.comparing import selection
from nbtrack.errors import NbtrackError
from nbtrack.journal.settling import settled_by
from nbtrack.kernel import completion, magics, seams, transform
from nbtrack.kernel.allowance import Allowance
from nbtrack.kernel.autolog import Autolog
from nbtrack.kernel.behind import Behind
from nbtrack.kernel.capture import Capture
from nbtrack.kernel.cells import Whose, current_cell, history_of, metadata_of
from nbtrack.kernel.context import Context, NotebookContextProvider, NotebookExperimentProvider
from nbtrack.kernel.controls import Controls
from nbtrack.kernel.execution import Execution
from nbtrack.kernel.guard import Guard
from nbtrack.kernel.heartbeat import Heartbeat
from nbtrack.kernel.lender import Lender
from nbtrack.kernel.notebook import Notebook, kernel_id
from nbtrack.kernel.notices import Notices
from nbtrack.kernel.outbox import Outbox
from nbtrack.kernel.patience import Patience
from nbtrack.kernel.patient import Patient
from nbtrack.kernel.place import Place
from nbtrack.kernel.points import Points
from nbtrack.kernel.postponing import Postponing
from nbtrack.kernel.recorder import Recorder
from nbtrack.kernel.runs import Runs
from nbtrack.kernel.sqlthread import SQL
from nbtrack.kernel.tap import Tap
from nbtrack.kernel.unborn import Unborn
from nbtrack.kernel.warmup import Warmup
from nbtrack.kernel.watch import Watch
from nbtrack.leftover import leftover_notice
from nbtrack.live import pages
from nbtrack.redact import redact
from nbtrack.registering import form

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.records import KernelRecord

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
        self._behind = Behind("nbtrack-behind")
        self._later = Behind("nbtrack-capture")
        whose = Whose()
        context = Context(self._kernel_id, self._notebook.path)
        capture = Capture(self._later, self._notebook, history_of(shell))
        self._runs = Runs(whose, context, self._guard(capture.take, None))
        self._autolog = Autolog(self._runs.fit_begins, whose, self._guard, self._notices)
        allowance = Allowance()
        self._outbox = Outbox(self._kernel_id, self._notebook.path, self._notices.tell, allowance)
        self._watch = Watch(shell, self._runs, self._guard, self._notices.tell, self._outbox.behind)
        unborn = Unborn(self._outbox.made, self._outbox.settle_read)
        self._recorder = Recorder(self._outbox, unborn, self._guard)
        self._patience = Patience(allowance)
        self._tap = Tap(
            self._runs,
            self._recorder,
            Patient(self._patience, unborn),
            self._guard,
            self._place.artifact_root,
            lambda _uri: self._place.follow(),
            self._place.refusal,
            self._place.refused,
            self._watch.seen,
        )
        self._points = Points(self._recorder, self._runs.logged, self._watch.points, self._guard)
        self._postponing = Postponing(self._outbox, self._recorder, self._guard, self._notices)
        self._lender = Lender(self._runs, self._tap.another, self._guard)
        self._heartbeat = Heartbeat(self._runs)
        self._warmup = Warmup(self._wire, self._failed, self._place.open)
        self._execution = Execution(
            self._kernel_id,
            history_of(shell),
            lambda: metadata_of(shell),
            self._runs,
            self._autolog,
            self._behind,
            self._warmup,
            self._between,
            self._guard(self._outbox.settle, None),
            self._guard(self._watch.finish, None),
        )
        self._controls = Controls(
            self._execution,
            self._autolog,
            self._warmup,
            self._place,
            self._notebook,
            self._runs,
            self._watch.look,
            self._guard,
            self._notices,
            self._postponing,
            self._between,
        )
        self._context_provider = NotebookContextProvider(context, whose)
        self._experiment_provider = NotebookExperimentProvider(self._place.experiment, self._notices)
        self._undo = contextlib.ExitStack()
        self._told: KernelRecord | None = None
        self._experiment_id: str | None = None

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
            switch.serving(self._controls),
            self._watch.listening(),
            pages.telling(selection.hear),
            pages.telling(form.hear),
            tracking.announcing(self._execution.tracked),
            settled_by(self._outbox.settle_read, self._postponing.wait),
        ):
            self._undo.enter_context(parts)
        atexit.register(self._exit)
        self._undo.callback(atexit.unregister, self._exit)
        notice = leftover_notice(self._place.settings)
        if notice:
            self._notices.tell(notice)
        self._warmup.start()
        self._tell_server()
        # The cell that loads nbtrack fires no pre_run_cell for it, and may go on to train.
        self._execution.begin(*current_cell(self._shell), len(history_of(self._shell)) - 1)

    def stop(self) -> None:
        """Undo everything."""
        self._execution.end()
        if self._warmup.wait():
            self._heartbeat.stop()
            self._lender.stop()
            self._notebook.stop()
            self._watch.stop(EXIT_SECONDS)
            self._behind.stop(EXIT_SECONDS)
            self._later.stop(EXIT_SECONDS)
            self._outbox.let_go(run.run_id for run in self._runs.open_runs())
            self._outbox.stop(EXIT_SECONDS)
            self._autolog.stop()
            self._tap.remove()
            self._patience.stop()
            seams.context_providers().remove(self._context_provider)
            seams.experiment_providers().remove(self._experiment_provider)
            self._place.restore()
            SQL.stop(EXIT_SECONDS)
        self._undo.close()
        runtime.remove(self._kernel_id)

    def become_worker(self) -> None:
        """Leave the cell to the parent. In a forked child, which then borrows its run as other workers do."""
        atexit.unregister(self._exit)
        if self._warmup.succeeded:
            self._lender.leave_to_parent()
            self._outbox.leave_to_parent()
            self._tap.remove()
            seams.leave_connections()
            seams.context_providers().remove(self._context_provider)

    def _wire(self) -> None:
        """Import MLflow and wire nbtrack into it; in the warm-up thread.

        Whatever our threads import is imported here: MLflow's import hooks, once the user calls
        `mlflow.autolog()`, can't bear an import in another thread.
        """
        mlflow = import_module("mlflow")  # whole: a part first would lock out an `import mlflow`
        redact("")
        if self._place.settings.store.startswith("sqlite:"):
            import_module("mlflow.store.tracking.sqlalchemy_store")
            import_module("mlflow.store.model_registry.sqlalchemy_store")
        SQL.start()
        self._behind.start()
        self._later.start()
        self._watch.start()
        absent = seams.missing()
        if absent:
            raise NbtrackError(
                f"this MLflow lacks {', '.join(absent)}, on which nbtrack relies.",
                hint='Type `%pip install "mlflow>=3.15,<3.18"` and restart the kernel.',
            )
        self._place.apply()
        self._tap.install()
        self._undo.enter_context(self._points.offered())
        self._undo.enter_context(self._postponing.installed())
        self._recorder.prepare(mlflow.get_tracking_uri())
        seams.context_providers().append(self._context_provider)
        seams.experiment_providers().insert(0, self._experiment_provider)
        self._autolog.listen()
        self._lender.start()
        self._heartbeat.start()
        # Queued before anybody's own use of the store, which finds it made and checked.
        SQL.post(self._place.prepare)

    def _exit(self) -> None:
        """Store what can be stored before the kernel is gone."""
        self._execution.end()
        self._watch.stop(EXIT_SECONDS)
        self._behind.drain(EXIT_SECONDS)
        self._later.drain(EXIT_SECONDS)
        self._outbox.stop(EXIT_SECONDS)
        runtime.remove(self._kernel_id)

    def _failed(self, error: Exception) -> None:
        hint = "" if isinstance(error, NbtrackError) else " Type `%pip install mlflow`, restart the kernel."
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
        self._outbox.begin_cell()
        self._outbox.watch()
        self._postponing.watch()
        self._lender.recall()
        self._notebook.expect()
        self._place.follow()
        chosen = seams.chosen_experiment()
        if chosen != self._experiment_id:
            self._experiment_id = chosen
            self._later.put(lambda: self._learn_experiment(chosen))
        self._tell_server()

    def _learn_experiment(self, experiment_id: str | None) -> None:
        self._place.learn(experiment_id)
        self._tell_server()

    def _tell_server(self) -> None:
        record = self._place.record(self._kernel_id, tracking=self._execution.on)
        if record != self._told:
            self._told = record
            self._behind.put(lambda: runtime.write(record))


def _after_fork() -> None:
    for extension in _loaded.values():
        with contextlib.suppress(Exception):  # it would be printed in the user's cell
            extension.become_worker()
    _loaded.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
