"""A cell that is being executed, and which one it is."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack.kernel.origin import Origin
from nbtrack.live.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from nbtrack.look import Live

ENDED = frozenset({"FINISHED", "FAILED", "KILLED"})


@dataclass(slots=True, eq=False)
class CellRun:
    """A run made during a cell.

    Parameters
    ----------
    store
        The tracking store that holds it.
    origin
        Who made it: decides who ends it.
    started
        Milliseconds since the epoch.
    """

    run_id: str
    store: Any
    origin: Origin
    experiment_id: str
    name: str = ""
    started: int | None = None
    parent_id: str | None = None
    params: dict[str, str] = field(default_factory=dict)
    has_fit: bool = False
    status: str = "RUNNING"
    ended_by_user: bool = False

    @property
    def open(self) -> bool:
        """Whether the run goes on, as far as this process knows."""
        return self.status not in ENDED

    @property
    def is_cells(self) -> bool:
        """Whether the run is the cell's, to fill and to end; else it is the user's."""
        return self.origin in (Origin.IMPLICIT, Origin.AUTOLOG, Origin.TRACKED)


@dataclass(slots=True, eq=False)
class Cell:
    """One execution of a cell.

    Parameters
    ----------
    key
        Unique in all kernels: what the runs of this execution have in common.
    name, tags, params
        What `%track_run` asked for: all runs of the cell get them.
    live
        How its card is shown, where the cell's metadata say so.
    before
        Run of the same cell's execution before this one.
    watched
        Whether it has logged anything that a card shows.
    points
        What its card does not have yet of what loops log.
    pictured
        Whether its card has been replaced by what stays; the drawing thread's.
    closed, over
        Whether its runs take no more; set when their status is stored, too.
    cell_id
        The notebook's id for the cell; None where the front end sends none (nbclient, papermill, IPython).
    """

    key: str
    cell_id: str | None
    source: str
    execution_count: int
    tracked: bool = True
    live: Live | None = None
    runs: list[CellRun] = field(default_factory=list)
    parent: CellRun | None = None
    loggers: list[Any] = field(default_factory=list)
    closed: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    name: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    before: str | None = None
    watched: bool = False
    points: Stream = field(default_factory=Stream)
    pictured: bool = False
    started: int = field(default_factory=lambda: int(time.time() * 1000))
    # The kernel keeps in it which cell an output belongs to.
    context: Context = field(default_factory=copy_context)

    @property
    def display(self) -> str:
        """Id of the display that its card is."""
        return f"nbtrack-{self.key}"

    @property
    def source_sha256(self) -> str:
        """SHA-256 of the source, in hexadecimal."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def identity(self) -> str:
        """What stays the same when the cell is executed again."""
        return self.cell_id or self.source_sha256

    @property
    def own_runs(self) -> list[CellRun]:
        """The runs that stand for the cell's work, oldest first; without a search's candidates."""
        return [run for run in self.runs if run.is_cells]

    @property
    def current(self) -> CellRun | None:
        """The run that implicit logging goes to."""
        own = self.own_runs
        return own[-1] if own else None


def opted_out(meta: Mapping[str, Any] | None) -> bool:
    """Tell whether the cell's metadata say ``{"nbtrack": {"track": false}}``."""
    nbtrack = (meta or {}).get("nbtrack")
    return isinstance(nbtrack, dict) and nbtrack.get("track") is False


def live_of(meta: Mapping[str, Any] | None) -> Live | None:
    """Return how the metadata, ``{"nbtrack": {"live": "compact"}}``, want the card; None if they don't."""
    nbtrack = (meta or {}).get("nbtrack")
    wanted = nbtrack.get("live") if isinstance(nbtrack, dict) else None
    return wanted if wanted in ("off", "compact", "full") else None


class Whose:
    """Finds the cell that the calling code belongs to.

    A task of asyncio carries its cell in a `ContextVar`, and so still logs to it when the cell is over. A
    plain thread does not inherit one: it belongs to the cell that runs when it first logs, for good. A
    pool's threads are lent to whichever cell runs.
    """

    def __init__(self) -> None:
        self._var: ContextVar[Cell | None] = ContextVar("nbtrack_cell", default=None)
        self._thread = threading.local()
        self.running: Cell | None = None

    def enter(self, cell: Cell) -> None:
        """Make `cell` the one that runs, for this context and for new threads."""
        self.running = cell
        self._var.set(cell)

    def leave(self, cell: Cell) -> None:
        """End `cell`: tasks that it left behind keep it, since they have copied the context."""
        if self.running is cell:
            self.running = None
        if self._var.get() is cell:
            self._var.set(None)

    def lend(self) -> Cell | None:
        """Make the calling plain thread the running cell's, until it asks again, and return that cell."""
        self._thread.cell = self.running
        return self.running

    def mine(self) -> Cell | None:
        """Return the calling code's cell, None outside any."""
        cell = self._var.get()
        if cell is not None or threading.current_thread() is threading.main_thread():
            return cell
        if _in_pool():
            return self.running
        remembered: Cell | None = getattr(self._thread, "cell", None)
        if remembered is None:
            remembered = self._thread.cell = self.running
        return remembered


def _in_pool() -> bool:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - CPython's documented way to the stack
    while frame is not None:
        if frame.f_code.co_name in ("_worker", "worker") and frame.f_globals.get("__name__") in (
            "concurrent.futures.thread",
            "multiprocessing.pool",
        ):
            return True
        frame = frame.f_back
    return False


def current_cell(shell: Any) -> tuple[str, str | None, dict[str, Any] | None]:
    """Return source, id and metadata of the cell that is being executed, as an event would tell them."""
    history = history_of(shell)
    meta = metadata_of(shell)
    return history[-1] if history else "", meta.get("cellId"), meta


def metadata_of(shell: Any) -> dict[str, Any]:
    """Return what the front end says of the cell that is being executed; {} where it says nothing."""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else None
    return (parent or {}).get("metadata") or {}


def history_of(shell: Any) -> list[str]:
    """Return IPython's list of the sources executed so far (the list itself)."""
    manager = shell.history_manager
    history: list[str] = [] if manager is None else manager.input_hist_raw
    return history
