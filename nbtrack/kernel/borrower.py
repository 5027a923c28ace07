"""A worker process's side of borrowing: what it logs goes into the run of the cell that runs.

The kernel makes, tags and ends that run; the worker only learns its id, from `nbtrack.kernel.lender`. Without
an answer (the kernel is gone, nbtrack unloaded, another store in use) MLflow does here what it does alone.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import queue
import sys
import threading
from typing import TYPE_CHECKING, Any

from nbtrack.kernel import seams
from nbtrack.kernel.guard import Guard
from nbtrack.kernel.origin import Origin, is_fluent_param, of_creation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection
    from types import FrameType

# The kernel answers within a millisecond, unless its main thread computes without letting go of the GIL.
PATIENCE_SECONDS = 15.0
LARGEST = 1 << 20  # bytes of a message

# Whose processes are lent to one cell after another, as the stack of a task shows.
_POOLS = frozenset(
    {
        "concurrent.futures.process",
        "joblib.externals.loky.process_executor",
        "loky.process_executor",
        "multiprocess.pool",
        "multiprocessing.pool",
    }
)

_links: dict[str, Borrower] = {}
_linking = threading.Lock()


def of(where: str) -> Borrower:
    """Return this process's link to the kernel at `where`, made at the first call."""
    with _linking:
        if where not in _links:
            _links[where] = Borrower(where)
        return _links[where]


class Borrower:
    """One process's link to its kernel.

    Parameters
    ----------
    where
        What the kernel has put into the environment.
    """

    def __init__(self, where: str) -> None:
        _, self._token, self._address = where.split(":", 2)
        guard = Guard(lambda _: None)
        self.attend = guard(self._attend, None)
        self.tags = guard(self._tags, {})
        self.experiment = guard(self._experiment, None)
        self._borrow = guard(self._borrow_run, None)
        self._place = guard(self._place_params, None)
        self._classes: dict[type, type] = {}
        self.begin()

    def begin(self) -> None:
        """Begin with nothing borrowed and no connection; also in a forked child, which has neither."""
        self._asking = threading.Lock()
        self._sending = threading.Lock()
        self._numbers = itertools.count()
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._connection: Connection[Any, Any] | None = None
        self._deaf = False
        # By id, whether a pool's task has borrowed it.
        self._borrowed: dict[str, bool] = {}
        self._latest: str | None = None

    # -- what MLflow asks --------------------------------------------------------------------------

    def _tags(self) -> dict[str, str]:
        found: dict[str, str] = self._ask("tags").get("tags", {})
        return found

    def _experiment(self) -> str | None:
        found: str | None = self._ask("experiment").get("experiment_id")
        return found

    def _attend(self) -> None:
        """Put the tap before the store in use, if it is not there."""
        store = seams.current_store()
        kind = type(store)
        if not hasattr(kind, "nbtrack_plain"):
            if kind not in self._classes:
                self._classes[kind] = self._subclass(kind)
            store.__class__ = self._classes[kind]

    def _subclass(self, kind: Any) -> type:
        """Return `kind` with the calls changed by which a run begins, ends or makes way for another."""
        link = self

        @functools.wraps(kind.create_run)
        def create_run(self: Any, *args: Any, **kwargs: Any) -> Any:
            run = link._borrow(self)
            return kind.create_run(self, *args, **kwargs) if run is None else run

        @functools.wraps(kind.update_run_info)
        def update_run_info(self: Any, run_id: Any, run_status: Any, end_time: Any, run_name: Any) -> Any:
            if run_id in link._borrowed and run_status is not None:
                return self.get_run(run_id).info  # its end is the kernel's to say
            return kind.update_run_info(self, run_id, run_status, end_time, run_name)

        @functools.wraps(kind.log_batch)
        def log_batch(self: Any, run_id: Any, metrics: Any, params: Any, tags: Any) -> Any:
            return kind.log_batch(self, link._placed(self, run_id, params), metrics, params, tags)

        @functools.wraps(kind.log_batch_async)
        def log_batch_async(self: Any, run_id: Any, metrics: Any, params: Any, tags: Any) -> Any:
            run_id = link._placed(self, run_id, params)
            return kind.log_batch_async(self, run_id, metrics, params, tags)

        @functools.wraps(kind.log_param)
        def log_param(self: Any, run_id: Any, param: Any) -> Any:
            return kind.log_param(self, link._placed(self, run_id, (param,)), param)

        methods = (create_run, update_run_info, log_batch, log_batch_async, log_param)
        return type(
            kind.__name__,
            (kind,),
            {
                "__doc__": kind.__doc__,
                "__module__": kind.__module__,
                "nbtrack_plain": kind,
                **{method.__name__: method for method in methods},
            },
        )

    # -- the cell's run ----------------------------------------------------------------------------

    def _borrow_run(self, store: Any) -> Any:
        """Return the cell's run in place of one that nobody has asked for; None to make one after all."""
        if of_creation() is not Origin.IMPLICIT:
            return None
        lent = _is_lent()
        if self._latest is not None and not lent and not self._borrowed[self._latest]:
            return store.get_run(self._latest)  # a process of its own stays with the cell that started it
        answer = self._ask("run")
        # Between two cells a pool goes on for the one that it has worked for.
        run_id = self._latest if answer.get("between") else answer.get("run_id")
        if run_id is None:
            return None
        run = store.get_run(run_id)
        self._borrowed[run_id] = lent
        self._latest = run_id
        return run

    def _placed(self, store: Any, run_id: str, params: Iterable[Any]) -> str:
        """Return the run that `params` go to."""
        if run_id not in self._borrowed or not params:
            return run_id
        return self._place(store, run_id, params) or run_id

    def _place_params(self, store: Any, run_id: str, params: Iterable[Any]) -> str | None:
        """Move to a further run of the cell if the borrowed one has one of `params` with another value."""
        if not is_fluent_param():
            return None
        further = self._ask(
            "params", run_id=run_id, params={param.key: str(param.value) for param in params}
        ).get("run_id")
        if further is None or further == run_id:
            return None
        seams.swap_on_stacks(run_id, store.get_run(further))
        self._borrowed[further] = self._borrowed[run_id]
        self._latest = further
        return str(further)

    def _give_back(self) -> None:
        """Make what a pool's process has borrowed inactive: the next call asks anew."""
        for run_id, lent in list(self._borrowed.items()):
            if lent:
                seams.take_off_stacks(run_id)

    # -- the wire ----------------------------------------------------------------------------------

    def _ask(self, wish: str, **details: Any) -> dict[str, Any]:
        """Return the kernel's answer, {} when there is none."""
        import mlflow

        with self._asking:
            if self._deaf:
                return {}
            number = next(self._numbers)
            try:
                self._send({"wish": wish, "number": number, "uri": mlflow.get_tracking_uri(), **details})
                while True:
                    answer = self._answers.get(timeout=PATIENCE_SECONDS)
                    if answer.get("number", number) == number:  # else to a question that was interrupted
                        return answer
            except (OSError, queue.Empty):
                self._deaf = True
                return {}

    def _send(self, message: dict[str, Any]) -> None:
        with self._sending:
            if self._connection is None:
                from multiprocessing.connection import Client

                self._connection = Client(self._address)
                listen = threading.Thread(
                    target=self._listen, args=(self._connection,), name="nbtrack-borrower", daemon=True
                )
                listen.start()
            self._connection.send_bytes(json.dumps({"token": self._token, **message}).encode())

    def _listen(self, connection: Connection[Any, Any]) -> None:
        try:
            while True:
                message = json.loads(connection.recv_bytes(LARGEST))
                if message.get("hung_up"):
                    raise EOFError  # noqa: TRY301 - said, since a forked sibling may hold the line open
                if message.get("over"):
                    self._give_back()
                    self._send({"wish": "given back"})
                else:
                    self._answers.put(message)
        except (OSError, EOFError, ValueError):
            self._deaf = True  # the kernel is gone, or nbtrack unloaded
            connection.close()
            self._give_back()
            self._answers.put({})


def _is_lent() -> bool:
    """Tell whether the calling code is a task of a pool, which works for one cell after another."""
    if threading.current_thread() is not threading.main_thread():
        return True
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - CPython's documented way to the stack
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module in _POOLS or module.startswith("ray."):
            return True
        frame = frame.f_back
    return False


def _after_fork() -> None:
    global _linking  # noqa: PLW0603
    _linking = threading.Lock()
    for link in _links.values():
        link.begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
