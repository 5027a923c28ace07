"""What a card shows: which metrics share a panel, how lines are named and coloured, which values are told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from nbtrack.charts import Line, Panel, colour, wants_log
from nbtrack.direction import lower_is_better
from nbtrack.grouping import group, is_system
from nbtrack.series import Points

if TYPE_CHECKING:
    from nbtrack.live.card import Card, CardRun
    from nbtrack.series import Series

Axis = Literal["step", "order", "run"]

MOST_LINES = 32
MOST_VALUES = 24
# A frame stays under 20 KB: 12 bytes a point, and what the words take.
MOST_POINTS = 1_200
_BYTES, _A_POINT, _A_LINE, _A_VALUE = 18_500, 12, 300, 130
_FEWEST = 10  # points of a line
_LABEL = 40
_PARAMS = 2  # that a label names
_X_TITLES = {"step": "step", "order": "in order of arrival", "run": "run"}
_SHORT = 24  # a param's value that is longer tells nobody anything at a glance
# What scikit-learn's autologging adds to each fit by itself; what the user logs comes before it.
_BY_ITSELF = "training_"


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel and its place on the card; `metrics` holds the key of each line."""

    panel: Panel
    axis: Axis
    folded: bool
    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A row of the table of values; `label` tells the run, where there are several."""

    metric: str
    label: str
    last: float | None
    best: float | None
    previous: float | None
    lower_is_better: bool | None
    nonfinite: int


@dataclass(frozen=True, slots=True)
class Layout:
    """All that a card shows, and how many metrics there was no room for."""

    panels: tuple[Placed, ...]
    values: tuple[Value, ...]
    more_metrics: int


def lay_out(card: Card, *, whole: bool = False) -> Layout:
    """Decide what a card shows.

    Parameters
    ----------
    whole
        With all points that the card has kept; else with so many as a frame has room for.
    """
    card.fold()
    runs = [run for run in card.runs.values() if run.series]
    labels = name_runs(runs)
    wanted = _panels(card, runs, labels)
    shown: list[tuple[str, Axis, list[_Drawn]]] = []
    lines = 0
    for title, axis, drawn in wanted:
        if lines + len(drawn) <= MOST_LINES:
            shown.append((title, axis, drawn))
            lines += len(drawn)
    told = _values(card, runs, labels)
    room = min(MOST_POINTS, (_BYTES - _A_LINE * lines - _A_VALUE * len(told)) // _A_POINT)
    share = None if whole else max(_FEWEST, room // max(1, lines))
    panels = tuple(_placed(title, axis, drawn, share) for title, axis, drawn in shown)
    metrics = {key for run in runs for key in run.series}
    drawn_metrics = {key for placed in panels for key in placed.metrics}
    seen = drawn_metrics | {value.metric for value in told}
    return Layout(panels, told, len(metrics - seen))


def name_runs(runs: list[CardRun]) -> dict[str, str]:
    """Return what tells the runs apart: the params that differ, else their names; '' for a single one."""
    if len(runs) < 2:  # noqa: PLR2004 - alone
        return {run.run_id: "" for run in runs}
    values: dict[str, set[str]] = {}
    for run in runs:
        for key, value in run.params.items():
            values.setdefault(key, set()).add(value)
    differing = [
        key for key, found in values.items() if len(found) > 1 and all(len(one) <= _SHORT for one in found)
    ][:_PARAMS]
    labels = {}
    for run in runs:  # the run that stands for a search has other params than its candidates
        told = [f"{_last_part(key)}={run.params[key]}" for key in differing if key in run.params]
        labels[run.run_id] = _short(", ".join(told) if told else run.name)
    if len(set(labels.values())) < len(runs):
        return {run.run_id: _short(run.name) for run in runs}
    return labels


@dataclass(frozen=True, slots=True)
class _Drawn:
    metric: str
    label: str
    color: str
    faint: bool
    source: Series | Points


def _panels(card: Card, runs: list[CardRun], labels: dict[str, str]) -> list[tuple[str, Axis, list[_Drawn]]]:
    """Return title, axis and lines of each panel, in the order in which the metrics came."""
    found: dict[tuple[str, bool], list[_Drawn]] = {}
    keys = list(dict.fromkeys(key for run in runs for key in run.series))
    for key in keys:
        having = [run for run in runs if key in run.series]
        title, variant = group(key)
        if any(run.series[key].count > 1 for run in having):
            lines = found.setdefault((title, False), [])
            before = sum(not line.faint for line in lines)
            lines += _curves(card, having, key, variant, labels, before)
        elif len(having) > 1:
            lines = found.setdefault((title, True), [])
            lines.append(_Drawn(key, variant, colour(len(lines)), False, _across(having, key)))  # noqa: FBT003
    placed = []
    for (title, across), lines in found.items():
        axis: Axis = "run" if across else _axis(lines)
        placed.append((title, axis, _told_apart(lines)))
    return sorted(placed, key=_rank)


def _rank(panel: tuple[str, Axis, list[_Drawn]]) -> tuple[bool, bool, bool]:
    """Return what panels are sorted by: of a search, its scores come before the times that it took."""
    title, axis, lines = panel
    return (
        is_system(title),
        all(line.metric.startswith(_BY_ITSELF) for line in lines),
        axis == "run" and all(lower_is_better(line.metric) is None for line in lines),
    )


def _curves(
    card: Card, having: list[CardRun], key: str, variant: str, labels: dict[str, str], before: int
) -> list[_Drawn]:
    lines: list[_Drawn] = []
    alone = len(labels) < 2  # noqa: PLR2004
    for run in having:
        words = [labels[run.run_id], variant]
        hue = colour(before) if alone else colour(run.number - 1)
        label = " ".join(word for word in words if word)
        lines.append(_Drawn(key, label, hue, False, run.series[key]))  # noqa: FBT003
    earlier = _earlier(card, key) if alone else None
    if earlier is not None:
        lines.insert(0, _Drawn(key, "before", colour(before), True, earlier))  # noqa: FBT003
    return lines


def _earlier(card: Card, key: str) -> Series | None:
    """Return the same metric of the cell's execution before, if that had one run too."""
    runs = [run for run in card.previous.runs.values() if run.series] if card.previous else []
    series = runs[0].series.get(key) if len(runs) == 1 else None
    return series if series is not None and series.count > 1 else None


def _across(having: list[CardRun], key: str) -> Points:
    """Return one point a run: where each has one value only, the runs are what there is to compare."""
    return Points(
        x=np.array([run.number for run in having], dtype=np.float64),
        times=np.array([run.series[key].points().times[-1] for run in having], dtype=np.float64),
        values=np.array([run.series[key].points().values[-1] for run in having], dtype=np.float64),
    )


def _told_apart(lines: list[_Drawn]) -> list[_Drawn]:
    """Name lines by their metric where names would be the same, or one had none beside others that have."""
    count = Counter(line.label for line in lines if not line.faint)
    return [
        replace(line, label=line.metric)
        if count[line.label] > 1 or (not line.label and len(count) > 1)
        else line
        for line in lines
    ]


def _axis(lines: list[_Drawn]) -> Axis:
    steps = [not isinstance(line.source, Points) and line.source.axis == "step" for line in lines]
    return "step" if any(steps) else "order"


def _placed(title: str, axis: Axis, drawn: list[_Drawn], share: int | None) -> Placed:
    lines = []
    for line in drawn:
        if isinstance(line.source, Points):
            points = line.source
        else:
            if share is not None:
                line.source.limit(share)  # for good: thinning anew for each frame costs ten times as much
            points = line.source.points()
        lines.append(Line(line.label, line.color, line.faint, points))
    # Of runs that have one value each, the axis is linear.
    curves = [line.source for line in drawn if not isinstance(line.source, Points)]
    least = [one.smallest for one in curves if one.smallest is not None]
    most = [one.largest for one in curves if one.largest is not None]
    lower = lower_is_better(drawn[0].metric)
    log = bool(least) and wants_log(min(least), max(most), lower_is_better=lower)
    panel = Panel(title, _X_TITLES[axis], log, tuple(lines))
    return Placed(panel, axis, is_system(title), tuple(line.metric for line in drawn))


def _values(card: Card, runs: list[CardRun], labels: dict[str, str]) -> tuple[Value, ...]:
    before = last_values(card.previous) if card.previous else {}
    rows: list[Value] = []
    keys = dict.fromkeys(key for run in runs for key in run.series if not is_system(key))
    for key in sorted(keys, key=lambda key: key.startswith(_BY_ITSELF)):
        lower = lower_is_better(key)
        for run in runs:
            series = run.series.get(key)
            if series is not None and len(rows) < MOST_VALUES:
                best = None if lower is None else (series.smallest if lower else series.largest)
                label = labels[run.run_id]
                previous = before.get((key, label))
                rows.append(Value(key, label, series.last, best, previous, lower, series.nonfinite))
    return tuple(rows)


def last_values(card: Card) -> dict[tuple[str, str], float | None]:
    """Return the last value of each metric, by its key and its run's label."""
    runs = [run for run in card.runs.values() if run.series]
    labels = name_runs(runs)
    return {(key, labels[run.run_id]): series.last for run in runs for key, series in run.series.items()}


def _last_part(param: str) -> str:
    """Return a param's name without the steps of the pipeline that it belongs to."""
    return param.rpartition("__")[2] or param


def _short(text: str) -> str:
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"
