"""Puts off what autologging does to a model: pickled at the end of the fit, logged by a process of its own.

MLflow takes seconds to log the smallest model. What it was called with is written beside the journal instead,
and the sender has the same call made behind the cell. What the user logs by hand is left alone.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import time
from typing import TYPE_CHECKING, Any, BinaryIO

from nbtrack.journal import postponed
from nbtrack.journal.opened import bare
from nbtrack.kernel import begun, classic, seams
from nbtrack.kernel.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.notices import Notices
    from nbtrack.kernel.outbox import Outbox
    from nbtrack.kernel.recorder import Recorder

_PATIENCE, _SILENT = 300.0, 2.0  # seconds


class _TooLarge(Exception):
    """A model is larger than may be put off."""


class _Limited:
    """A file that takes so many bytes."""

    def __init__(self, file: BinaryIO, most: float) -> None:
        self._file, self._left = file, most

    def write(self, data: Any) -> int:
        self._left -= memoryview(data).nbytes
        if self._left < 0:
            raise _TooLarge
        return self._file.write(data)


class Postponing:
    """Has models logged later, as long as `on`.

    Parameters
    ----------
    outbox, recorder
        The journal, and what is known of its runs.
    guard
        Keeps a fault from the user, whose model is logged in the cell then.
    """

    def __init__(self, outbox: Outbox, recorder: Recorder, guard: Guard, notices: Notices) -> None:
        self._outbox = outbox
        self._recorder = recorder
        self._notices = notices
        self._try = guard(self._postpone, None)
        self._uploads = Uploads(outbox, recorder, guard)
        self._told: set[str] = set()
        self.on = False

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Listen to MLflow's `Model.log` and to downloads. Needs MLflow imported."""
        from mlflow.models import Model
        from mlflow.store.artifact.models_artifact_repo import ModelsArtifactRepository
        from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository

        original = Model.__dict__["log"]
        theirs = original.__func__

        @functools.wraps(theirs)
        def log(cls: Any, *args: Any, **kwargs: Any) -> Any:
            asked = inspect.signature(theirs).bind(cls, *args, **kwargs)
            if classic.by_autologging(sys._getframe(1)):  # noqa: SLF001 - CPython's way to the stack
                made = self._try(cls, asked)
                if made is not None:
                    return made
            if not classic.has_ids():
                return classic.log(asked, self._notices)
            return theirs(*asked.args, **asked.kwargs)

        with contextlib.ExitStack() as undo:
            setattr(Model, "log", classmethod(log))  # noqa: B010 - a method, which mypy guards
            undo.callback(setattr, Model, "log", original)
            undo.enter_context(self._uploads.installed())
            for repository in (ModelsArtifactRepository, RunsArtifactRepository):
                undo.enter_context(self._waited_for(repository))
            yield

    def wait(self) -> None:
        """Wait until no model is being logged any more, some minutes at most. It may be interrupted."""
        began, said = time.monotonic(), False
        while (
            (left := self.waiting()) and not self._outbox.is_away() and time.monotonic() - began < _PATIENCE
        ):
            if not said and time.monotonic() - began > _SILENT:
                said = True
                self._notices.tell(f"waiting for {_uploads(left)}, which is about to be read.")
            time.sleep(0.05)

    def waiting(self) -> int:
        """Return how many models are still to be logged, with what else was put off."""
        journal = self._outbox.journal
        return 0 if journal is None else len(postponed.waiting(journal.folder))

    def state(self) -> str:
        """Return in a few words how far the store is, with its models."""
        left = self.waiting()
        return f"{self._outbox.state()}, {_uploads(left)}" if left else self._outbox.state()

    def watch(self) -> None:
        """Tell of each model that can't be logged, once. Between two cells."""
        journal = self._outbox.journal
        refused = {} if journal is None else postponed.refused(journal.folder)
        for name, why in refused.items():
            self._once(
                name,
                f"a model or file could not be logged: {why}. Its run lacks nothing else. "
                "`%track --models inline` logs models during `fit`, where you see what is wrong.",
            )

    @contextlib.contextmanager
    def _waited_for(self, repository: Any) -> Iterator[None]:
        theirs = repository.download_artifacts

        @functools.wraps(theirs)
        def download_artifacts(*args: Any, **kwargs: Any) -> Any:
            self.wait()
            return theirs(*args, **kwargs)

        repository.download_artifacts = download_artifacts
        try:
            yield
        finally:
            repository.download_artifacts = theirs

    def _postpone(self, model_class: Any, asked: inspect.BoundArguments) -> Any:
        """Put a call off and return what it would; None where it is to be made now."""
        given = dict(asked.arguments)
        given |= given.pop("kwargs", {})
        given.pop("cls")
        flavor = given.pop("flavor")
        stack = seams.my_stack()
        run_id = str(given.pop("run_id", None) or (stack[-1].info.run_id if stack else ""))
        journal = self._outbox.journal
        run = self._recorder.remembered(run_id)
        away = self._recorder.cannot_reach(run_id)
        if journal is None or run is None or not inspect.ismodule(flavor) or not (self.on or away):
            return None
        call = self._written(journal.folder, given)
        if call is None:
            return None
        try:
            model = None if away else begun.begin(given, flavor.__name__, run)
        except Exception:  # noqa: BLE001 - the store's refusal, which MLflow's own call meets as well
            postponed.drop(call)
            return None
        except BaseException:
            postponed.drop(call)
            raise
        if model is not None:  # from here on it is there, also for a call that is made now after all
            asked.arguments["model_id"] = model.model_id
        try:
            where = postponed.here(
                run_id,
                bare(journal.uri(run_id)),
                journal.position,
                model_id=model.model_id if model else "",
                flavor=flavor.__name__,
            )
            postponed.commit(call, where)
        except OSError:
            postponed.drop(call)
            return None
        self._outbox.hurry()
        if model is not None:
            begun.link(stack, run_id, model.model_id, given.get("step") or 0)
        return begun.described(model_class, model, given, run_id)

    def _written(self, journal: Path, given: dict[str, Any]) -> Path | None:
        import cloudpickle  # type: ignore[import-untyped]

        most = postponed.limit_mb()
        try:
            return postponed.begin(
                journal, lambda file: cloudpickle.dump(given, _Limited(file, most * 2**20), protocol=5)
            )
        except _TooLarge:
            why = f"it is larger than {most:g} MB (`{postponed.VARIABLE}` sets another limit)"
        except Exception as error:  # noqa: BLE001 - whatever a class of the user's raises
            why = f"it can't be pickled ({type(error).__name__}: {error})"
        self._once(why, f"a model is logged during its cell, which waits for it: {why}.")
        return None

    def _once(self, about: str, text: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self._notices.tell(text)


def _uploads(number: int) -> str:
    return f"{number} upload{'' if number == 1 else 's'} under way"
