"""The kernel's side of borrowing: worker processes that a cell has started log into the cell's run.

A worker asks over a local socket, whose address it finds in the environment, and the kernel makes, tags and
ends the run as if one of its own threads had logged. So a worker that is killed leaves nothing behind, and
there is no file whose state could be stale. When the next cell begins, the workers give the run back.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.kernel import seams
from nbtrack.kernel.borrower import LARGEST
from nbtrack.kernel.origin import Origin
from nbtrack.kernel.worker import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection, Listener

    from nbtrack.kernel.cells import Cell
    from nbtrack.kernel.guard import Guard
    from nbtrack.kernel.runs import Runs

_log = logging.getLogger(__name__)

# How long the begin of a cell waits for the workers of an earlier one; they take a millisecond.
RECALL_SECONDS = 0.2
# How long unloading waits for them to hang up.
GOODBYE_SECONDS = 2.0


class _Worker:
    """The connection to one worker process."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self.connection = connection
        self.cell: Cell | None = None
        self.given_back = threading.Event()
        self.thread: threading.Thread | None = None
        self._sending = threading.Lock()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; from any thread."""
        with self._sending:
            self.connection.send_bytes(json.dumps(message).encode())


class Lender:
    """Answers the worker processes of this kernel.

    Parameters
    ----------
    runs
        Knows the runs of the cells.
    another
        Makes one more run of the cell that a run belongs to; takes and returns an id.
    """

    def __init__(self, runs: Runs, another: Callable[[str], str], guard: Guard) -> None:
        self._runs = runs
        self._another = another
        self.start = guard(self._start, None)
        self._token = secrets.token_hex(16)
        self._workers: set[_Worker] = set()
        self._one_at_a_time = threading.Lock()
        self._listener: Listener | None = None
        self._address = ""
        self._before: str | None = None

    def _start(self) -> None:
        """Listen, and tell the processes to come where."""
        from multiprocessing.connection import Listener

        # A socket in a folder that only the user can enter; a pipe on Windows.
        self._listener = Listener(backlog=64)
        self._address = str(self._listener.address)
        threading.Thread(
            target=self._accept, args=(self._listener,), name="nbtrack-lender", daemon=True
        ).start()
        self._before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = f"{os.getpid()}:{self._token}:{self._address}"

    def stop(self) -> None:
        """Hang up, and put the environment back."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        from multiprocessing.connection import Client

        if self._before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = self._before
        with contextlib.suppress(OSError):
            Client(self._address).close()  # or the thread would wait for ever
            listener.close()
        workers = list(self._workers)
        for worker in workers:
            with contextlib.suppress(OSError):
                worker.send({"hung_up": True})
        deadline = time.monotonic() + GOODBYE_SECONDS
        for worker in workers:
            if worker.thread is not None:
                worker.thread.join(max(0.0, deadline - time.monotonic()))

    def leave_to_parent(self) -> None:
        """Let go of the parent's connections, which would look alive after its end. In a forked child."""
        if self._listener is not None:
            self._listener.close()
        for worker in self._workers:
            worker.connection.close()
        self._listener = None
        self._workers = set()

    def recall(self) -> None:
        """Ask for the runs of earlier cells back when another has begun."""
        running = self._runs.whose.running
        if not self._workers or running is None:
            return
        asked = []
        for worker in list(self._workers):
            if worker.cell is not None and worker.cell is not running:
                worker.cell = None
                worker.given_back.clear()
                with contextlib.suppress(OSError):
                    worker.send({"over": True})
                    asked.append(worker)
        deadline = time.monotonic() + RECALL_SECONDS
        for worker in asked:
            worker.given_back.wait(max(0.0, deadline - time.monotonic()))

    # -- the wire ----------------------------------------------------------------------------------

    def _accept(self, listener: Listener) -> None:
        while self._listener is listener:
            try:
                worker = _Worker(listener.accept())
            except OSError:
                _log.debug("a worker could not connect", exc_info=True)
                time.sleep(0.1)
                continue
            self._workers.add(worker)
            thread = threading.Thread(target=self._serve, args=(worker,), name="nbtrack-lending", daemon=True)
            thread.start()
            worker.thread = thread

    def _serve(self, worker: _Worker) -> None:
        try:
            while True:
                message = json.loads(worker.connection.recv_bytes(LARGEST))
                if not hmac.compare_digest(str(message.get("token")), self._token):
                    return
                if message["wish"] == "given back":
                    worker.given_back.set()
                else:
                    worker.send({**self._answer(worker, message), "number": message["number"]})
        except (OSError, EOFError, ValueError):
            pass  # the process is over
        finally:
            worker.given_back.set()
            self._workers.discard(worker)
            worker.connection.close()

    # -- the answers -------------------------------------------------------------------------------

    def _answer(self, worker: _Worker, message: dict[str, Any]) -> dict[str, Any]:
        """Return what a worker asks for; {} lets MLflow do there what it does alone."""
        try:
            return self._granted(worker, message)
        except Exception:  # noqa: BLE001 - a store that is away, say: the worker will meet that itself
            _log.debug("a worker's wish failed", exc_info=True)
            return {}

    def _granted(self, worker: _Worker, message: dict[str, Any]) -> dict[str, Any]:
        import mlflow

        if self._listener is None or message["uri"] != mlflow.get_tracking_uri():
            return {}
        cell = self._runs.whose.lend()
        answer: dict[str, Any] = {}
        if message["wish"] == "params":
            with self._one_at_a_time:
                answer["run_id"] = self._run_for(message["run_id"], message["params"])
        elif cell is not None and not cell.tracked:
            pass
        elif message["wish"] == "experiment":
            answer["experiment_id"] = seams.experiment_id()
        elif message["wish"] == "tags":
            answer["tags"] = self._tags(cell)
        elif cell is None:
            answer["between"] = True
        else:
            worker.cell = cell
            with self._one_at_a_time:
                answer["run_id"] = self._run_of(cell)
        return answer

    def _tags(self, cell: Cell | None) -> dict[str, str]:
        written = self._runs.tags_for(Origin.USER, cell)
        # Nobody renews it for a run that only the worker knows: without one, no other kernel calls it dead.
        written.pop(tags.HEARTBEAT, None)
        return written

    def _run_of(self, cell: Cell) -> str:
        """Return the run that implicit logging in `cell` goes to, made now if there is none."""
        import mlflow

        current = cell.current
        if current is not None and current.open and not current.ended_by_user:
            return current.run_id
        try:
            run_id: str = mlflow.start_run().info.run_id
        finally:
            seams.my_stack().clear()
        if self._runs.whose.running is not cell:
            # The cell has ended meanwhile, maybe too early to see this run.
            made = self._runs.known[run_id][1]
            if made.open:
                self._runs.end(made, "FINISHED")
        return run_id

    def _run_for(self, run_id: str, params: dict[str, str]) -> str:
        """Return the run of the same cell that can take `params`: a further one on a clash.

        Not the latest one: that may be another worker's. Each keeps to its own until it clashes there.
        """
        cell, run = self._runs.known.get(run_id, (None, None))
        if cell is None or run is None or not run.is_cells or cell.closed:
            return run_id
        if any(run.params.get(key, value) != value for key, value in params.items()):
            run_id = self._another(run_id)
            run = self._runs.known[run_id][1]
        run.params.update(params)
        return run_id
