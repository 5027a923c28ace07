"""Numbers in texts, and texts of numbers: MLflow's params are texts, and «1e-3» is meant as a number.

The page has the same rules (`labextension/src`); `tests/contract/plots.json` holds both to them.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_OTHERS = re.compile(r"(?P<nan>nan)|(?P<sign>[+-]?)inf(?:inity)?", re.IGNORECASE | re.ASCII)
_LONGEST = 400  # characters: more are a text that happens to have digits
_DIGIT = re.compile(r"\d", re.ASCII)
_PRECISE = 15  # digits that a float tells apart
_SPACES = " \t\n\r"
_DIGITS = 4
_SMALL, _LARGE = 1e-3, 1e6
_HALF_UP = Context(prec=_DIGITS, rounding=ROUND_HALF_UP)  # as JavaScript rounds


def number_of(text: str) -> float | None:
    """Return the number that a text is, NaN and infinite ones too; None for any other text.

    Only what people and libraries write for numbers: «1e-3», «.5», «-2», «nan», «inf». Neither «0x10» nor
    «1_000», which Python would take, nor «», which JavaScript would.
    """
    if len(text) > _LONGEST:
        return None
    text = text.strip(_SPACES)
    if _NUMBER.fullmatch(text):
        return float(text)
    other = _OTHERS.fullmatch(text)
    if other is None:
        return None
    return math.nan if other["nan"] else -math.inf if other["sign"] == "-" else math.inf


def meant(text: str) -> float | str:
    """Return what is equal for texts that mean the same value: «1e-3» and «0.001» do."""
    number = number_of(text)
    if number is None or math.isnan(number) or len(_DIGIT.findall(text)) > _PRECISE:
        return text
    return number


def numbers_of(texts: Iterable[str | None]) -> list[float | None] | None:
    """Return the numbers that texts are, None for those that are missing; None where one is no number."""
    found: list[float | None] = []
    for text in texts:
        number = None if text is None else number_of(text)
        if number is None and text is not None:
            return None
        found.append(number)
    return found if any(number is not None for number in found) else None


def by_value(text: str) -> tuple[bool, float, bytes]:
    """Return a key that sorts texts: numbers by size, then the others, as JavaScript compares them."""
    number = number_of(text)
    plain = text.encode("utf-16-be", "surrogatepass")
    return (True, 0.0, plain) if number is None or math.isnan(number) else (False, number, plain)


def shown(value: float | str) -> str:
    """Return a number with four digits, as the page shows it (`formatNumber`).

    Parameters
    ----------
    value
        A number, or «NaN», «Infinity», «-Infinity».
    """
    if isinstance(value, str):
        return value.replace("Infinity", "∞")
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    rounded = _HALF_UP.create_decimal(Decimal(value))
    if value and (abs(value) < _SMALL or abs(value) >= _LARGE):
        digits, exponent = f"{rounded:.{_DIGITS - 1}e}".split("e")
        return f"{digits}e{int(exponent)}"
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
