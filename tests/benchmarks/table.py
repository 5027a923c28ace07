"""Lines of the table, and how they are printed."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# When all must be over, and when nothing more is begun.
END = monotonic() + 400
ENOUGH = END - 40

HEADINGS = ("what", "peer", "peer ms", "ours ms", "ours/peer", "ours-peer ms", "n", "goal", "")


@dataclass(frozen=True)
class Line:
    """One line of the table, as it is printed."""

    what: str
    peer: str
    peer_ms: str
    ours_ms: str
    ratio: str
    difference: str
    number: str
    goal: str = ""
    mark: str = ""


def compared(
    what: str,
    peer: tuple[str, Sequence[float]],
    ours: Sequence[float],
    *,
    difference: float | None = None,
    most_ms: float | None = None,
    most_extra_ms: float | None = None,
    most_ratio: float | None = None,
    unit: str = "",
) -> Line:
    """Compare medians of milliseconds.

    Parameters
    ----------
    peer
        Name and milliseconds of what ours is compared with.
    difference
        Milliseconds ours takes more, where the medians' difference is not the best measure of it.
    most_ms, most_extra_ms, most_ratio
        The goal, for ours, for the difference or for the ratio; at most one.
    unit
        What is compared where it isn't milliseconds.
    """
    name, theirs = peer
    its, mine = median(theirs), median(ours)
    more = mine - its if difference is None else difference
    goal, met = "", True
    for limit, value, text in (
        (most_ms, mine, "ours ≤ {:g} ms"),
        (most_extra_ms, more, "≤ {:g} ms more"),
        (most_ratio, mine / its, "ours/peer ≤ {:g}"),
    ):
        if limit is not None:
            goal, met = text.format(limit), value <= limit
    return Line(
        what,
        name,
        f"{_short(its)} {unit}".rstrip(),
        f"{_short(mine)} {unit}".rstrip(),
        f"{mine / its:.3g}" if mine < its * 10 else f"{mine / its:.0f}",
        f"{'+' if more >= 0 else '-'}{_short(abs(more))} {unit}".rstrip(),
        str(min(len(theirs), len(ours))),
        goal,
        ("met" if met else "MISSED") if goal else "",
    )


def unmeasured(what: str, why: str) -> Line:
    """Say that something could not be measured."""
    return Line(what, "", "", "", "", "", "", why, "-")


def rounds(most: int, seconds: float, least: int = 2) -> Iterator[int]:
    """Count to `most`, or to `least` when the time is up, or to one when that of all is."""
    until = monotonic() + seconds
    for number in range(most):
        if (number >= least and monotonic() > until) or (number and monotonic() > ENOUGH):
            return
        yield number


def printed(lines: Iterable[Line]) -> str:
    """Return the table."""
    rows = [HEADINGS, *(astuple(line) for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    numbers = range(2, 7)
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at in numbers else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _short(ms: float) -> str:
    return f"{ms:.3f}" if ms < 1 else f"{ms:.1f}" if ms < 100 else f"{ms:.0f}"
