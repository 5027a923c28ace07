"""Names of models and aliases that every kind of store takes, and that `models:/…` can be written with."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from nbtrack.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST = 256  # characters of a name that MLflow's tables have room for
_LONGEST_ALIAS = 200  # the key of a tag has 250, and the alias is a part of it
_LONGEST_KEY = 250
_LONGEST_TEXT = 5000
_SPLITS = "/:?"  # where a `models:/…` is taken apart
_KEY = re.compile(r"[/\w.\- :]+")
_SHOWN = 60


def name(given: str | None) -> str:
    """Return the name of a registered model, without spaces around it.

    Raises
    ------
    Invalid
        If no store takes it, or MLflow could not load a model of that name.
    """
    said = (given or "").strip()
    if not said:
        raise Invalid("A registered model needs a name.", hint="Type one, such as `churn`.")
    if len(said) > _LONGEST:
        raise Invalid(
            f"The name {_short(said)} has {len(said)} characters.",
            hint=f"{_LONGEST} are the most; shorten it.",
        )
    bad = sorted({letter for letter in said if letter in _SPLITS or _unseen(letter)})
    if bad:
        which = " or ".join("a character that can't be seen" if _unseen(one) else f"«{one}»" for one in bad)
        raise Invalid(
            f"The name {_short(said)} can't be used: a registered model's may not have {which}.",
            hint=f"Type {_better(said)!r}, for example.",
        )
    if said in {".", ".."}:
        raise Invalid(f"{said!r} is no name, but a folder.", hint="Type one, such as `churn`.")
    return said


def alias(given: str) -> str:
    """Return an alias.

    Raises
    ------
    Invalid
        If it looks like a version, or has what no alias may have.
    """
    said = given.strip().removeprefix("@")
    cure = "Type a word, such as `champion`."
    if not said:
        raise Invalid("An alias needs a name.", hint=cure)
    if said.lower() == "latest" or re.fullmatch(r"[vV]?\d+", said):
        raise Invalid(f"The alias {said!r} looks like a version: MLflow keeps that for versions.", hint=cure)
    if not re.fullmatch(r"[\w\-]+", said):
        raise Invalid(
            f"The alias {_short(said)} can't be used: it may have letters, digits, «_» and «-».", hint=cure
        )
    if len(said) > _LONGEST_ALIAS:
        raise Invalid(f"The alias {_short(said)} has {len(said)} characters.", hint=cure)
    return said


def aliases(given: Iterable[str]) -> tuple[str, ...]:
    """Return aliases, each once; errors as `alias`."""
    return tuple(dict.fromkeys(alias(one) for one in given))


def texts(tags: Mapping[str, str], description: str | None) -> None:
    """Check the tags and the description of a version.

    Raises
    ------
    Invalid
        If a store would not take one.
    """
    for key, value in tags.items():
        if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY or key.strip("./") != key:
            raise Invalid(
                f"The tag {_short(key)} can't be used.",
                hint="A tag's key may have letters, digits, «_», «-», «.», «/» and spaces.",
            )
        if len(value) > _LONGEST_TEXT:
            raise Invalid(f"The tag {_short(key)} has {len(value):,} characters.", hint=_shorter())
    if description is not None and len(description) > _LONGEST_TEXT:
        raise Invalid(f"The description has {len(description):,} characters.", hint=_shorter())


def close(word: str, names: Iterable[str], *, otherwise: str) -> str:
    """Return a hint that names what was probably meant, of what there is."""
    there = list(names)
    lower = {one.lower(): one for one in there}
    found = [lower[one] for one in get_close_matches(word.lower(), lower, 3, 0.5)]
    return f"Did you mean {' or '.join(found)}?" if found else otherwise


def _unseen(letter: str) -> bool:
    # Controls, halves of characters, and what turns the direction of the text around. Joiners are in emoji.
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(letter) in {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }


def _better(said: str) -> str:
    clean = "".join("-" if one in _SPLITS else "" if _unseen(one) else one for one in said)
    return re.sub(r"-{2,}", "-", clean).strip("- ") or "churn"


def _short(text: str) -> str:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return ascii(shown) if any(_unseen(one) for one in shown) else repr(shown)


def _shorter() -> str:
    return f"{_LONGEST_TEXT:,} are kept; shorten it."
