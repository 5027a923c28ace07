"""What charts of compared runs show, as the rows of their data sets; see `kept`.

`compared` is an answer of the store's call `compare`, `judged` one of `noise`. Columns are named as in
`params.lr` or `metrics.loss`. Where no runs are `selected`, all are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.numerals import by_value, meant
from nbtrack.plots.columns import column

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence

    Row = dict[str, Any]

NOT_SET = "not set"
"""The group of runs that have no value."""
EVERY = "all runs"
_LONGEST = 40  # characters of a value in a group's name


def scatter(
    compared: Mapping[str, Any], x: str, y: str, color: str | None = None, selected: Collection[str] = ()
) -> list[Row]:
    """Return a row for each run that has both values, finite ones."""
    xs, ys = column(compared, x).values, column(compared, y).values
    colors = _colors(compared, color)
    return [
        {"x": at_x, "y": at_y, "color": tone, **run}
        for run, at_x, at_y, tone in zip(_runs(compared, selected), xs, ys, colors, strict=True)
        if at_x is not None and at_y is not None
    ]


def parallel(
    compared: Mapping[str, Any],
    names: Sequence[str],
    color: str | None = None,
    selected: Collection[str] = (),
) -> tuple[list[Row], list[Row]]:
    """Return the rows of `lines`, run by run, and of `axes`; coloured by the last axis if by nothing else."""
    columns = [column(compared, name) for name in names]
    places = [each.places() for each in columns]
    colors = _colors(compared, color or (names[-1] if names else None))
    lines = [
        {
            **run,
            "axis": number,
            "axis_title": each.title,
            "position": places[number][place],
            "alone": _is_alone([column_of[place] for column_of in places], number),
            "text": each.texts[place],
            "color": colors[place],
        }
        for place, run in enumerate(_runs(compared, selected))
        for number, each in enumerate(columns)
    ]
    ends = [each.ends() for each in columns]
    return lines, [
        {"axis": number, "axis_title": each.title, "low": ends[number][0], "high": ends[number][1]}
        for number, each in enumerate(columns)
    ]


def _is_alone(positions: Sequence[float | None], number: int) -> bool:
    """Tell whether no line goes to a value: its neighbours are not there."""
    beside = [*positions[max(0, number - 1) : number], *positions[number + 1 : number + 2]]
    return positions[number] is not None and all(other is None for other in beside)


def box(compared: Mapping[str, Any], metric: str, by: str, selected: Collection[str] = ()) -> list[Row]:
    """Return a row for each run with a finite value of the metric, in groups by a column, in its order."""
    values = column(compared, f"metrics.{metric}").values
    texts: list[str] = [text or NOT_SET for text in column(compared, by).texts]
    names: dict[Hashable, str] = {}
    groups = [names.setdefault(meant(text), text) for text in texts]
    rows = [
        {"group": group, "y": value, **run}
        for run, group, value in zip(_runs(compared, selected), groups, values, strict=True)
        if value is not None
    ]
    return sorted(rows, key=lambda row: (row["group"] == NOT_SET, by_value(row["group"])))


def interval(judged: Mapping[str, Any]) -> list[Row]:
    """Return a row for each group."""
    groups = judged["groups"]
    return [
        {
            "group": label,
            "mean": group["mean"],
            "low": group["interval"][0] if group["interval"] else None,
            "high": group["interval"][1] if group["interval"] else None,
            "n": group["n"],
            "baseline": place == judged["baseline"],
        }
        for place, (label, group) in enumerate(zip(labels(groups), groups, strict=True))
    ]


def labels(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a name for each group, no two the same: what differs among them."""
    found: list[str] = []
    for group in groups:
        told = [
            _pair(key, value) for family in ("config", "datasets") for key, value in group[family].items()
        ]
        label = ", ".join(told) or EVERY
        number = sum(other == label or other.startswith(f"{label} (") for other in found)
        found.append(f"{label} ({number + 1})" if label in found else label)
    return found


def _pair(key: str, value: str | None) -> str:
    if value is None:
        return f"{key} = {NOT_SET}"
    return f"{key} = {value if len(value) <= _LONGEST else value[:_LONGEST] + '…'}"


def _runs(compared: Mapping[str, Any], selected: Collection[str]) -> list[Row]:
    chosen = set(selected)
    return [
        {
            "run": run["name"] or run["run_id"][:8],
            "run_id": run["run_id"],
            "selected": not chosen or run["run_id"] in chosen,
        }
        for run in compared["runs"]
    ]


def _colors(compared: Mapping[str, Any], name: str | None) -> Sequence[float | str | None]:
    return [None] * len(compared["runs"]) if name is None else column(compared, name).values
