"""Doing it in a thread of its own, and asking once before an alias moves.

In a thread, so that ■ ends the cell and never MLflow in the middle of a transaction: what is interrupted
between two requests leaves a store that others can use.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from nbtrack.errors import Conflict, Invalid, NbtrackError
from nbtrack.registering.wish import WouldMove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd  # type: ignore[import-untyped]

    from nbtrack.comparing.source import Source
    from nbtrack.registering.back import Way
    from nbtrack.registering.progress import Progress
    from nbtrack.registering.wish import Registered, Wish

    Tell = Callable[[Progress], None]

T = TypeVar("T")

_LOOK = 0.05  # seconds
_WIDTH = 100  # characters of a line in a terminal


class _Interrupted(BaseException):
    """The user has pressed ■ meanwhile."""


def carried_out(source: Source, wish: Wish, scores: pd.DataFrame | None = None) -> Registered:
    """Register a model; where an alias would move, ask once.

    Raises
    ------
    NbtrackError
        As `carried.carry_out`; Conflict if the answer is no, or nobody can be asked.
    """
    from nbtrack.registering import carried

    def work(tell: Tell, agreed: Mapping[str, str]) -> Registered:
        return carried.carry_out(source, wish, tell, agreed=agreed)

    return _asked(source, work, scores)


def rolled_back(source: Source, way: Way, *, yes: bool) -> Registered:
    """Point an alias at the version before, having asked once; errors as `Way.go`."""
    return _asked(source, lambda _, agreed: way.go(source, agreed, yes=yes), None)


def scored(source: Source, wish: Wish, data: Any, target: Any) -> tuple[pd.DataFrame | None, Wish]:
    """Score the model that is wished and the champion on the same data; None where there is no champion yet.

    Returns
    -------
    tuple
        The scores, and the wish for the model that was scored: it has been logged by now.

    Raises
    ------
    Invalid
        If no target is named, or the data does not fit.
    """
    from nbtrack import aliases
    from nbtrack.registering import carried, patience, scoring, trouble, versions

    if target is None:
        raise Invalid("Data alone can't be scored.", hint="Name the column with the truth: `target='left'`.")
    work = carried.Registering(source, wish, lambda _: None, {})
    with patience.calls(), trouble.told(source, wish.name, work):
        client = source.client
        chosen = work.logged(client)
        alias = wish.aliases[0] if wish.aliases else "champion"
        there = versions.model(client, wish.name)
        at = None if there is None else aliases.at(client, wish.name, alias)
    assert chosen.uri is not None  # noqa: S101
    logged = replace(wish, model=chosen.uri)
    if at is None:
        return None, logged
    return scoring.scored(chosen.uri, f"models:/{wish.name}/{at}", data, target), logged


def _displayed(scores: pd.DataFrame) -> bool:
    """Show it above the question, as a notebook shows tables; False where there is no IPython."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        return False
    display(scores)
    return True


def _asked(source: Source, work: Callable[[Tell, Mapping[str, str]], T], scores: pd.DataFrame | None) -> T:
    from nbtrack.registering import carried

    carried.prepare(source)
    agreed: dict[str, str] = {}
    while True:
        try:
            return _in_thread(source, work, agreed)
        except WouldMove as error:
            # Who is asked sees the figures first.
            figures = "" if scores is None or _displayed(scores) else f"{scores.to_string()}\n"
            _show_beside(source, error)
            if not _yes(f"{figures}{error.question} [y/N] ", error):
                raise Conflict(
                    "You said no: nothing was done.", hint="Leave the alias out to register without it."
                ) from None
            # Where somebody moves it meanwhile, the question is another one.
            agreed = error.agreed


def _show_beside(source: Source, error: WouldMove) -> None:
    """Show what an alias points at beside what it would, where somebody can look at it and answer."""
    from nbtrack.comparing.comparison import Comparison

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    if kernel is None or not getattr(kernel, "_allow_stdin", False):
        return
    for run_ids in {tuple(error.beside(move)) for move in error.moves} - {()}:
        with suppress(NbtrackError):  # one of the runs may have been deleted: the question stands
            said = f"%track_compare {' '.join(run_ids)}"
            compared = Comparison(source, list(run_ids), baseline=run_ids[0], metric=None, said=said)
            compared._ipython_display_()


def _yes(question: str, error: WouldMove) -> bool:
    """Ask.

    Raises
    ------
    WouldMove
        If nobody can be asked: no keyboard is there, as in papermill.
    """
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except (EOFError, OSError):
        raise error from None
    except Exception as refusal:
        if type(refusal).__name__ == "StdinNotImplementedError":  # ipykernel's
            raise error from None
        raise


def _in_thread(source: Source, work: Callable[[Tell, Mapping[str, str]], T], agreed: Mapping[str, str]) -> T:
    stop = threading.Event()
    from nbtrack.registering.stand import Line

    done: list[T] = []
    failed: list[BaseException] = []
    line = _Terminal() if sys.stderr.isatty() else Line(source.digest)

    def tell(progress: Progress) -> None:
        if stop.is_set():
            raise _Interrupted
        line(progress)

    def run() -> None:
        try:
            done.append(work(tell, agreed))
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            failed.append(error)

    worker = threading.Thread(target=run, name="nbtrack-register", daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            worker.join(_LOOK)
    except KeyboardInterrupt:
        stop.set()
        raise
    finally:
        line.end()
    if failed:
        raise failed[0]
    return done[0]


class _Terminal:
    """A line that says how far it is, and goes away."""

    def __call__(self, progress: Progress) -> None:
        share = f" · {progress.done / progress.total:.0%}" if progress.total and progress.done else ""
        sys.stderr.write(f"\r{progress.what[: _WIDTH - 20]}{share} …".ljust(_WIDTH))
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write(f"\r{'':{_WIDTH}}\r")
