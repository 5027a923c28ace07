"""Tell how far a loop is: on the cell's card, or as a line of text in a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from operator import length_hint
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Tell = Callable[[int, int | None, str], None]

T = TypeVar("T")

_SECONDS = 0.1
_telling: list[Tell] = []


def progress(iterable: Iterable[T], *, total: int | None = None, unit: str = "steps") -> Iterator[T]:
    """Go through `iterable` and show how far it is.

    In a notebook with nbtrack loaded the cell's card shows it; in a terminal a line on stderr does; elsewhere
    nothing.

    Parameters
    ----------
    iterable
        Anything to loop over.
    total
        How many items there are; taken from the iterable where it can tell.
    unit
        What an item is: "epochs", "batches", …

    Yields
    ------
    object
        The items, unchanged.

    Examples
    --------
    >>> for epoch in nbtrack.progress(range(100), unit="epochs"):
    ...     train(epoch)
    """
    size = (length_hint(iterable, -1) if total is None else total) or None
    known = None if size is None or size < 0 else size
    tell = _telling[-1] if _telling else _print if sys.stderr.isatty() else None
    if tell is None:
        yield from iterable
        return
    told, done = 0.0, 0
    tell(0, known, unit)
    try:
        for item in iterable:
            yield item
            done += 1
            now = time.monotonic()
            if now - told >= _SECONDS:
                told = now
                tell(done, known, unit)
    finally:
        tell(done, known, unit)
        if tell is _print:
            sys.stderr.write("\n")


@contextlib.contextmanager
def telling(tell: Tell) -> Iterator[None]:
    """Tell `tell` of every loop, instead of the terminal."""
    _telling.append(tell)
    try:
        yield
    finally:
        _telling.remove(tell)


def _print(done: int, total: int | None, unit: str) -> None:
    share = f" · {done / total:.0%}" if total else ""
    of = f" of {total}" if total else ""
    sys.stderr.write(f"\r{done}{of} {unit}{share} ")
    sys.stderr.flush()
