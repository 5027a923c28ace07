"""What a user calls runs: ids, names, how an id begins, and objects that stand for runs."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from nbtrack.comparing import places
from nbtrack.comparing.places import EVERYWHERE
from nbtrack.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.comparing.places import Place
    from nbtrack.comparing.source import Source

_RECENT = 300  # runs whose names are looked through for what was meant
_NAMED = 10_000  # runs whose names are looked through where MLflow can't be asked for a name
_ID = re.compile(r"[0-9a-f]{32}")
_PREFIX = re.compile(r"[0-9a-f]{6,31}")


def found(
    sources: Sequence[Source], given: Iterable[Any], experiment: str | None
) -> dict[str, Source | None]:
    """Return the ids of the runs that are meant, each with its store where that is known.

    Parameters
    ----------
    sources
        The stores to look in, one after the other.
    given
        Whatever stands for runs: texts, MLflow's runs, tables of them, lists.

    Raises
    ------
    NotFound, Invalid
        If something stands for none, or for several.
    """
    ids: dict[str, Source | None] = {}
    for word, source in _words(given):
        if source is None and not _ID.fullmatch(word):
            run_id, place = _somewhere(sources, word, experiment)
            ids.setdefault(run_id, place)
        else:
            ids.setdefault(word, source)
    return ids


def one(source: Source, word: str, experiment: str | None) -> str:
    """Return the id of the run that a word means: an id, a name in the experiment, or how an id begins.

    Raises
    ------
    NotFound, Invalid
        If it means none, or several.
    """
    if _ID.fullmatch(word):
        return word
    place = places.of_experiment(source, experiment)
    found = _called(source, place, word)
    if not found and _PREFIX.fullmatch(word):
        found = _beginning(source, word)
    if len(found) == 1:
        return found[0]
    if found:
        which = ", ".join(one[:12] for one in found[:4]) + (", …" if len(found) > 4 else "")  # noqa: PLR2004
        raise Invalid(f"{word!r} means {len(found)} runs.", hint=f"Name one by its id: {which}.")
    if source.ask("compare", run_ids=[word])["runs"]:  # stores of other makers have ids of other forms
        return word
    names = [row["name"] for row in places.rows(source, place, _RECENT)]
    close = get_close_matches(word, names, 3, 0.6)
    hint = f"Did you mean {' or '.join(close)}?" if close else "Type `%track_runs` to see what there is."
    raise NotFound(f"There is no run {word[:80]!r} in {place.words} of {source.name}.", hint=hint)


def _somewhere(sources: Sequence[Source], word: str, experiment: str | None) -> tuple[str, Source]:
    refused: NotFound | None = None
    for source in sources:
        try:
            return one(source, word, experiment), source
        except NotFound as error:
            refused = refused or error
    assert refused is not None  # noqa: S101 - there is always a store
    raise refused


def _words(given: Iterable[Any]) -> Iterator[tuple[str, Source | None]]:
    """Yield the ids and names in what is given, with the store of each if that is told."""
    for one_of_them in given:
        if isinstance(one_of_them, str):
            yield one_of_them.strip(), None
        elif hasattr(getattr(one_of_them, "info", None), "run_id"):  # MLflow's Run
            yield str(one_of_them.info.run_id), None
        elif hasattr(one_of_them, "selected") and hasattr(one_of_them, "source"):  # ours
            for run_id in one_of_them.selected or one_of_them.run_ids:
                yield run_id, one_of_them.source.of(run_id)
        elif hasattr(one_of_them, "columns"):  # a DataFrame, as of mlflow.search_runs
            if "run_id" not in one_of_them.columns:
                raise Invalid(
                    "The DataFrame has no column `run_id`.",
                    hint="That of `mlflow.search_runs()` has one.",
                )
            yield from ((str(run_id), None) for run_id in one_of_them["run_id"])
        elif hasattr(one_of_them, "__iter__"):
            yield from _words(one_of_them)
        else:
            raise Invalid(
                f"{one_of_them!r:.80} stands for no run.",
                hint="Give run ids, names, a list of them, or a DataFrame of `mlflow.search_runs()`.",
            )


def _called(source: Source, place: Place, name: str) -> list[str]:
    quote = "'" if "'" not in name else '"'
    if not name or quote in name or not name.isprintable():
        rows = [row for row in places.rows(source, place, _NAMED) if row["name"] == name and name]
    else:
        text = f"attributes.run_name = {quote}{name}{quote}"
        rows = list(places.rows(source, place, _RECENT, filter=text))
    return [row["run_id"] for row in rows]


def _beginning(source: Source, prefix: str) -> list[str]:
    text = f"attributes.run_id LIKE '{prefix}%'"
    for deleted in (False, True):
        found = [row["run_id"] for row in places.rows(source, EVERYWHERE, 5, filter=text, deleted=deleted)]
        if found:
            return found
    return []
