"""All SQL of the process in one thread that no interrupt reaches.

An interrupt inside MLflow's SQLite logging leaves a transaction open, held by the traceback, and every
later call waits for it: «database is locked» for ever. Signals reach only the main thread, so SQL runs
here and the main thread merely waits; an interrupted wait leaves the statement to finish in peace. One
thread also settles a race of MLflow's own: two threads storing the inputs of one GridSearchCV.
"""

from __future__ import annotations

import contextvars
import os
import queue
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# How long a fork waits for the call in progress; to a server that is away it may take minutes.
FORK_SECONDS = 1.0


class Job:
    """Work for another thread, and what came of it.

    Parameters
    ----------
    work
        Run in the context of who makes the job.
    """

    __slots__ = ("context", "done", "error", "result", "work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.context = contextvars.copy_context()
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Do it."""
        try:
            self.result = self.context.run(self.work)
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the caller
            self.error = error
        finally:
            self.done.set()

    def answer(self) -> Any:
        """Return what the work has returned, or raise what it has raised. Once."""
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return self.result


class SqlThread:
    """One daemon thread that runs calls in the order in which they come."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self._go = threading.Event()

    def call(self, work: Callable[[], T]) -> T:
        """Run `work` in the thread and return its result or raise its exception.

        Raises
        ------
        KeyboardInterrupt
            In the main thread, at once; `work` goes on to its end all the same.
        """
        if threading.current_thread() is self._thread:
            return work()
        job = Job(work)
        self._put(job)
        job.done.wait()
        result: T = job.answer()
        return result

    def post(self, work: Callable[[], object]) -> None:
        """Run `work` in the thread, some time, with nobody waiting."""
        self._put(Job(work))

    def stop(self, seconds: float) -> None:
        """Let the thread end after what is queued, and wait for that at most `seconds`."""
        with self._start:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            thread.join(seconds)

    def start(self) -> None:
        """Start the thread if there is none; best not in the main thread, where an interrupt can cut in."""
        with self._start:
            if self._thread is None:
                thread = threading.Thread(target=_serve, args=(self._jobs,), name="nbtrack-sql", daemon=True)
                thread.start()
                self._thread = thread

    def park(self) -> None:
        """Hold the thread between two calls while the process forks: the child inherits locks as held."""
        self._go = threading.Event()
        if self._thread is None or threading.current_thread() is self._thread:
            return
        parked, go = threading.Event(), self._go

        def wait() -> None:
            parked.set()
            go.wait(FORK_SECONDS)

        self._jobs.put(Job(wait))
        parked.wait(FORK_SECONDS)

    def unpark(self) -> None:
        """Let the thread go on. In the parent."""
        self._go.set()

    def _put(self, job: Job) -> None:
        self.start()
        self._jobs.put(job)

    def forget(self) -> None:
        """Begin anew. In a forked child."""
        # In a forked child the thread does not exist; what was queued is the parent's.
        self.__init__()  # type: ignore[misc]


def _serve(jobs: queue.SimpleQueue[Job | None]) -> None:
    while (job := jobs.get()) is not None:
        job.run()
        del job  # or its frames keep the caller's data alive until the next call


SQL = SqlThread()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=SQL.park, after_in_parent=SQL.unpark, after_in_child=SQL.forget)
