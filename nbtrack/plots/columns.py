"""A param or a metric of compared runs as something to draw: numbers or categories, and places on an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.errors import Invalid
from nbtrack.numerals import by_value, meant, numbers_of, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Kind = Literal["quantitative", "nominal"]

MOST_AXES = 8
_CATEGORIES = 20  # of an axis that is chosen by itself
_DECADES = 3  # from which on an axis is logarithmic
_FAMILIES = ("metrics", "params")
_NEAREST, _FURTHEST = 1e-300, 8e307  # that Vega can make an axis of: what is beyond is drawn there, or at 0


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a param or a metric, one for each run.

    Attributes
    ----------
    title
        Its key.
    kind
        "quantitative" where all values are numbers, texts of params too, and one is finite; else "nominal".
    values
        Numbers that can be drawn or texts; None where a run has none.
    texts
        As they are shown: «NaN» and infinite ones too; '' for none.
    order
        The different texts of a nominal column, numbers among them first.
    """

    title: str
    kind: Kind
    values: Sequence[float | str | None]
    texts: Sequence[str]
    order: Sequence[str] = ()

    @property
    def log(self) -> bool:
        """Whether it wants a logarithmic axis: all above 0, over three decades."""
        finite = self._numbers()
        return (
            bool(finite) and min(finite) > 0 and math.log10(max(finite)) - math.log10(min(finite)) >= _DECADES
        )

    def places(self) -> list[float | None]:
        """Return where values are on an axis from 0 to 1: categories as far from each other; alone, half."""
        if self.kind == "nominal":
            last = len(self.order) - 1
            at = {text: place / last if last else 0.5 for place, text in enumerate(self.order)}
            return [None if value is None else at[str(value)] for value in self.values]
        finite = self._numbers()
        scale = math.log10 if self.log else float
        # In halves, since the range of all floats is no float.
        low, high = (scale(end(finite)) / 2 for end in (min, max)) if finite else (0.0, 0.0)
        return [
            None if value is None else (scale(value) / 2 - low) / (high - low) if high > low else 0.5
            for value in self.values
            if not isinstance(value, str)
        ]

    def ends(self) -> tuple[str, str]:
        """Return what is written at 0 and at 1; '' at 1 where all is the same."""
        ends: Sequence[str] = self.order
        if self.kind == "quantitative":
            finite = self._numbers()
            ends = [self.texts[self.values.index(end(finite))] for end in (min, max)] if finite else []
        if not ends:
            return "", ""
        return ends[0], "" if ends[0] == ends[-1] else ends[-1]

    def _numbers(self) -> list[float]:
        return [value for value in self.values if isinstance(value, int | float)]


def column(compared: Mapping[str, Any], name: str) -> Column:
    """Return a column of an answer of the store's call `compare`, by a name such as `params.lr`.

    Raises
    ------
    Invalid
        If the runs have none.
    """
    family, _, key = name.partition(".")
    found = compared[family].get(key) if family in _FAMILIES else None
    if found is None:
        raise Invalid(
            f"No run has {name[:80]!r}.", hint="Name a param or a metric, as `params.lr` or `metrics.loss`."
        )
    if family == "metrics":
        texts = ["" if value is None else shown(value) for value in found]
        return Column(key, "quantitative", [_drawn(value) for value in found], texts)
    texts = ["" if text is None else text for text in found]
    numbers = numbers_of(found)
    if numbers is None or not any(number is not None and math.isfinite(number) for number in numbers):
        order = sorted({text for text in found if text is not None}, key=by_value)
        return Column(key, "nominal", found, texts, order)
    return Column(
        key, "quantitative", [_drawn(number) for number in numbers], [text.strip() for text in texts]
    )


def _drawn(value: float | str | None) -> float | None:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return 0.0 if abs(value) < _NEAREST else max(-_FURTHEST, min(value, _FURTHEST))


def axes(compared: Mapping[str, Any], metric: str | None, most: int = MOST_AXES) -> list[str]:
    """Choose axes: params that are not the same in all runs, what most runs have first; the metric last.

    Params with more than 20 categories are left out: nobody could read them.
    """
    chosen = []
    for key, texts in compared["params"].items():
        several = len({None if text is None else meant(text) for text in texts}) > 1
        if several and len(column(compared, f"params.{key}").order) <= _CATEGORIES:
            chosen.append((texts.count(None), key))
    last = [f"metrics.{metric}"] if metric is not None else []
    return [f"params.{key}" for _, key in sorted(chosen)[: most - len(last)]] + last
