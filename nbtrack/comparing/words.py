"""What differs between runs, as a table of text and as one of HTML: for hosts that draw nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from nbtrack.comparing.beside import best, same
from nbtrack.grouping import is_system
from nbtrack.numerals import shown
from nbtrack.picture import markup, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.comparing.beside import Beside

_LINES, _WIDTH = 17, 110  # of the table of text: runs, and characters
_CELL, _LONG_CELL = 18, 60  # characters
_SIZES = ((40, 12), (40, 6), (10, 4))  # rows and columns of the table of HTML
_LIST_SIZES = ((50, 10), (50, 5), (10, 4))  # of that of a list
LARGEST = 60_000
"""Bytes of it, about."""


def summary(beside: Beside, number: int, what: str, store: str) -> str:
    """Return a line above a table: how many runs, of where, and how many of those shown go on."""
    running = sum(run["status"] == "RUNNING" for run in beside.runs)
    runs = f"{number:,} run{'' if number == 1 else 's'}"
    parts = [f"{runs} {what}", f"{running} running" if running else "", store]
    return " · ".join(printable(part) for part in parts if part)


def text(head: str, beside: Beside, first: int, metric: str | None) -> str:
    """Return a line for each run, with as much of what differs as fits; 20 lines at most.

    Parameters
    ----------
    head
        The line above.
    first
        Place of the baseline.
    """
    order = _order(beside, first)[:_LINES]
    names = beside.names()
    columns = [["run", *(_short(names[place], 2 * _CELL) for place in order)]]
    columns.append(["status", *(beside.runs[place]["status"] for place in order)])
    found = sorted(_columns(beside), key=lambda column: _rank(column, metric))
    width = sum(_width(column) for column in columns)
    left = 0
    for family, key, values in found:
        column = [
            _short(key or family, 2 * _CELL),
            *(_short(_cell(family, values[place]), _CELL) for place in order),
        ]
        if width + _width(column) > _WIDTH:
            left += 1
        else:
            columns.append(column)
            width += _width(column)
    lines = [
        "  ".join(cell.ljust(_width(column) - 2) for cell, column in zip(row, columns, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]
    more = _more(len(beside) - len(order), left)
    return "\n".join([head, *lines, *([more] if more else [])])


def html(head: str, beside: Beside, first: int) -> str:
    """Return what differs as an HTML table, a column for each run."""
    for rows, columns in _SIZES:
        table = _html(head, beside, _order(beside, first)[:columns], rows)
        if len(table.encode(errors="replace")) <= LARGEST:
            break
    return table


def listed(head: str, beside: Beside, number: int, metric: str | None) -> str:
    """Return runs as an HTML table, one a line, with what tells most of them.

    Parameters
    ----------
    number
        Runs that there are, of which `beside` has the first.
    """
    for rows, columns in _LIST_SIZES:
        table = _listed(head, beside, number, metric, rows, columns)
        if len(table.encode(errors="replace")) <= LARGEST:
            break
    return table


def _listed(head: str, beside: Beside, number: int, metric: str | None, rows: int, most: int) -> str:
    order = range(min(len(beside), rows))
    found = sorted(_columns(beside), key=lambda column: _rank(column, metric))
    names = beside.names()
    heads = ["run", "status", "started (UTC)", *(key for _, key, _ in found[:most])]
    columns = "".join(f'<th scope="col">{markup(_short(name, _LONG_CELL))}</th>' for name in heads)
    cells = [_cells(family, key, values, order) for family, key, values in found[:most]]
    lines = [
        f'<tr><th scope="row">{markup(_short(names[place], _LONG_CELL))}</th>'
        f"<td>{markup(beside.runs[place]['status'])}</td><td>{_moment(beside.runs[place]['start_time'])}</td>"
        f"{''.join(column[place] for column in cells)}</tr>"
        for place in order
    ]
    more = _more(number - len(order), max(0, len(found) - most))
    return "".join(
        [
            f"<div>{escape(head)}</div><table><thead><tr>{columns}</tr></thead>",
            f"<tbody>{''.join(lines)}</tbody></table>",
            f"<div>{escape(more)}</div>" if more else "",
        ]
    )


def _moment(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):  # whatever a store may hold
        return ""


def _html(head: str, beside: Beside, order: list[int], most: int) -> str:
    names = beside.names()
    heads = [""] + [names[place] for place in order]
    rows = list(beside.differing())
    body = [
        f'<tr><th scope="row">{markup(_short(f"{family}.{key}".rstrip("."), _LONG_CELL))}</th>'
        f"{''.join(_cells(family, key, values, order))}</tr>"
        for family, key, values in rows[:most]
    ]
    status = "".join(f"<td>{markup(beside.runs[place]['status'])}</td>" for place in order)
    more = _more(len(beside) - len(order), max(0, len(rows) - most))
    columns = "".join(f'<th scope="col">{markup(_short(name, _LONG_CELL))}</th>' for name in heads)
    return "".join(
        [
            f"<div>{escape(head)}</div><table><thead><tr>{columns}</tr></thead>",
            f'<tbody><tr><th scope="row">status</th>{status}</tr>{"".join(body)}</tbody></table>',
            f"<div>{escape(more)}</div>" if more else "",
        ]
    )


def _columns(beside: Beside) -> list[tuple[str, str, list[Any]]]:
    """Return what tells the runs apart; for one run, or equal ones, all params and metrics."""
    found = [one for one in beside.differing() if one[0] in ("store", "params", "metrics", "datasets")]
    if found:
        return found
    return [
        (family, key, values)
        for family in ("params", "metrics")
        for key, values in sorted(beside.table(family).items())
    ]


def _rank(column: tuple[str, str, list[Any]], metric: str | None) -> tuple[int, ...]:
    """Put the store first, the chosen metric, params of few values, other metrics, the system's last."""
    family, key, values = column
    return (
        family != "store",
        key != metric or family != "metrics",
        family != "params",
        is_system(key),
        len({same(value) for value in values}) if family == "params" else 0,
    )


def _cells(family: str, key: str, values: list[Any], order: Sequence[int]) -> list[str]:
    found = best(key, values) if family == "metrics" else None
    cells = []
    for place in order:
        shown_as = markup(_short(_cell(family, values[place]), _LONG_CELL))
        is_best = found is not None and values[place] == found
        cells.append(f"<td><b>{shown_as}</b> (best)</td>" if is_best else f"<td>{shown_as}</td>")
    return cells


def _cell(family: str, value: Any) -> str:
    if value is None:
        return ""
    if family == "source":
        return str(value)[:12]
    return shown(value) if family == "metrics" else printable(str(value))


def _order(beside: Beside, first: int) -> list[int]:
    return sorted(range(len(beside)), key=lambda place: place != first)


def _more(runs: int, rows: int) -> str:
    parts = [f"{runs} more runs" if runs else "", f"{rows} more that differ" if rows else ""]
    said = ", ".join(part for part in parts if part)
    return f"… {said}" if said else ""


def _short(text: str, longest: int) -> str:
    text = printable(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _width(column: list[str]) -> int:
    return max(map(len, column)) + 2
