"""Gates, such as «f1 > champion + 0.01»: a model that does not pass is not registered."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbtrack.errors import Invalid
from nbtrack.registering import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_GATE = re.compile(r"(?P<metric>[^<>=!\s].*?)\s*(?P<sign>>=|<=|==|!=|>|<|=(?!=))\s*(?P<right>.+)")
_RIGHT = re.compile(
    r"(?P<alias>@?[^\W\d][\w\-]*?)(?:\s*(?P<sign>[+-])\s*(?P<number>[\d.]+(?:[eE][+-]?\d+)?))?"
)
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
}
_EXAMPLE = "Type it as `f1 >= 0.9` or `f1 > champion + 0.01`."
_NO_NUMBERS = {"nan", "inf", "infinity"}
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition.

    Attributes
    ----------
    said
        As it was typed.
    alias
        Whose value `bound` is added to; None for a bare number.
    """

    said: str
    metric: str
    sign: str
    alias: str | None
    bound: float


def parse(said: str) -> Gate:
    """Read a gate.

    Raises
    ------
    Invalid
        If it is none.
    """
    found = _GATE.fullmatch(said.strip().strip("`"))
    if found is None:
        raise Invalid(f"{said!r:.200} is no condition.", hint=_EXAMPLE)
    metric, sign, right = found["metric"].strip("`\"' "), found["sign"], found["right"].strip()
    number = _number(right)
    if number is not None:
        return Gate(said.strip(), metric, sign, None, number)
    other = _RIGHT.fullmatch(right)
    if other is None or right.lower() in _NO_NUMBERS:
        raise Invalid(
            f"{said!r:.200} is no condition: {right!r:.80} is no number and no alias.", hint=_EXAMPLE
        )
    margin = _number(other["number"] or "0")
    if margin is None:
        raise Invalid(f"{said!r:.200} is no condition: {other['number']!r} is no number.", hint=_EXAMPLE)
    alias = names.alias(other["alias"])
    return Gate(said.strip(), metric, sign, alias, -margin if other["sign"] == "-" else margin)


def check(
    gates: Iterable[Gate],
    candidate: Mapping[str, float],
    other: Callable[[str], tuple[str, Mapping[str, float]] | None],
) -> list[str]:
    """Make sure that a candidate passes.

    Parameters
    ----------
    candidate
        Its metrics.
    other
        Version and metrics of an alias; None where the alias is nowhere yet.

    Returns
    -------
    list of str
        What was found, a sentence for each gate.

    Raises
    ------
    Invalid
        If it does not pass, with both figures; or a metric does not exist, with those that do.
    """
    return [_checked(gate, candidate, other) for gate in gates]


def _checked(
    gate: Gate,
    candidate: Mapping[str, float],
    other: Callable[[str], tuple[str, Mapping[str, float]] | None],
) -> str:
    mine = _value(gate.metric, candidate, "The candidate")
    figure = f"{gate.metric} is {_figure(mine)}"
    bound = gate.bound
    if gate.alias is None:
        against = f"not {gate.sign} {_figure(bound)}"
    else:
        found = other(gate.alias)
        if found is None:
            return f"There is no {gate.alias} yet that «{gate.said}» could be measured by."
        whose = f"{gate.alias} (version {found[0]})"
        theirs = _value(gate.metric, found[1], whose)
        bound = round(theirs + gate.bound, 12)  # 0.8 + 0.01 is to be 0.81
        against = f"{whose} has {_figure(theirs)}"
        against += f", which makes the bound {_figure(bound)}" if gate.bound else ""
    if math.isnan(mine) or math.isnan(bound) or not _HOLDS[gate.sign](mine, bound):
        raise Invalid(
            f"The candidate does not pass «{gate.said}»: {figure}, {against}.",
            hint="Nothing was registered. Train a better one, or leave the condition out.",
        )
    return f"«{gate.said}» holds: {figure}{'' if gate.alias is None else f', {against}'}."


def _value(metric: str, metrics: Mapping[str, float], whose: str) -> float:
    if metric in metrics:
        return float(metrics[metric])
    there = sorted(metrics)
    if not there:
        raise Invalid(
            f"{whose} has no metric {metric!r:.80}: it has none at all.",
            hint="Log one to its run by `mlflow.log_metric`. Nothing was registered.",
        )
    listed = ", ".join(there[:_LISTED]) + (
        f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
    )
    hint = names.close(metric, there, otherwise="Nothing was registered.")
    raise Invalid(f"{whose} has no metric {metric!r:.80}. There are {listed}.", hint=hint)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _figure(value: float) -> str:
    """Write a number so that two that differ look different."""
    short = f"{value:.6g}"
    return short if float(short) == value or not math.isfinite(value) else f"{value:.12g}"
