"""Which runs are compared, and `compare`, which `%track_compare` is a face of."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nbtrack import tags
from nbtrack.comparing import joined, named, places
from nbtrack.comparing.comparison import Comparison
from nbtrack.comparing.places import EVERYWHERE
from nbtrack.comparing.source import Source
from nbtrack.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.comparing.places import Place

    Json = dict[str, Any]

MOST = 1000
_LAST = 10  # where nothing is said
_RECENT = 300  # runs that are looked through for the latest with children
_TOLD = 20  # runs that are named one by one in the line that makes a comparison again
_ROLE = f"tags.{tags.CELL_ROLE}"
_OLDEST_FIRST = "attributes.start_time ASC"


def compare(
    *runs: Any,
    last: int | None = None,
    filter: str | None = None,  # noqa: A002 - MLflow's word
    children: str | Literal[True] | None = None,
    baseline: Any = None,
    experiment: str | None = None,
    metric: str | None = None,
    also: str | Sequence[str] = (),
) -> Comparison:
    """Compare runs: tell what differs, and whether it helped.

    Without arguments, the last ten runs of this notebook are compared, or of the experiment in use.

    Parameters
    ----------
    *runs
        Run ids, how they begin (six characters or more), run names, MLflow's `Run`s, DataFrames of
        `mlflow.search_runs()`, what `nbtrack.runs` and this return, of whatever store, or lists of them.
    last
        The latest so many runs of this notebook, or of the experiment where the notebook is not known or has
        none; with `filter` or `children`, of those. Runs that stand for the runs of a cell don't count.
    filter
        In MLflow's language: the runs of the experiment that match.
    children
        Id or name of a run whose children are compared; True for those of the latest parent.
    baseline
        The run that others are measured by; the first one if None.
    experiment
        Name of the experiment to look in; the one in use if None.
    metric
        Key of the metric that counts; the one that says most about the runs if None.
    also
        Stores to look in besides the one in use, for the runs named, and for `last`, `filter` and `children`:
        names in `[tool.nbtrack.stores]`, tracking URIs, or paths that end in `.db`. Of a run that several
        have, the first one's is taken.

    Returns
    -------
    Comparison
        A notebook shows it as tables and charts. Columns, order and pins of its table of more than 20 runs
        are kept with the experiment, if the runs are of one.

    Raises
    ------
    NotFound
        If a run is not there, or none matches.
    Invalid
        If there are less than two runs or more than 1,000, a name means several runs, no run has the metric,
        or an argument can't be used.
    StoreUnavailable
        If the store can't be read.

    Examples
    --------
    >>> comparison = nbtrack.compare(last=10, metric="val_loss")
    >>> comparison.differs
    """
    sources = [Source.current(), *map(Source.called, [also] if isinstance(also, str) else also)]
    wish = Wish(runs, last, filter, children, baseline, experiment, metric)
    found, base = run_ids(sources, wish)
    source = joined.source_of(sources, found)
    used = [*sources, *map(source.of, found)]
    stores = list(dict.fromkeys(one.word for one in used if one.uri != sources[0].uri))
    said, swept = _line(wish, list(found), base, stores), children is not None
    return Comparison(source, list(found), baseline=base, metric=metric, said=said, swept=swept)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; see `nbtrack.compare`."""

    runs: tuple[Any, ...]
    last: int | None
    filter: str | None
    children: str | Literal[True] | None
    baseline: Any
    experiment: str | None
    metric: str | None = None


def run_ids(sources: Sequence[Source], wish: Wish) -> tuple[dict[str, Source | None], str | None]:
    """Return the ids of the runs with their stores, where those are known, and the id of the baseline.

    Raises
    ------
    NotFound
        If a run is not there, or none matches.
    Invalid
        If a run's name means several, or too many match.
    """
    said = named.found(sources, wish.runs, wish.experiment)
    base: dict[str, Source | None] = {}
    if wish.baseline is not None:
        base = named.found(sources, [wish.baseline], wish.experiment)
        if len(base) != 1:
            raise Invalid(f"The baseline is {len(base)} runs.", hint="Name one run.")
    searched = {} if said and not _searches(wish) else _everywhere(sources, wish)
    ids: dict[str, Source | None] = {}
    for run_id, source in (*said.items(), *base.items(), *searched.items()):
        ids[run_id] = ids.get(run_id) or source
    if len(ids) > MOST:
        raise Invalid(
            f"{len(ids):,} runs are too many to compare.",
            hint=f"Take {MOST:,} at most: `last={MOST}`, or a `filter` that fewer match.",
        )
    return ids, next(iter(base), None)


def _searches(wish: Wish) -> bool:
    return not (wish.last is None and wish.filter is None and wish.children is None)


def _everywhere(sources: Sequence[Source], wish: Wish) -> dict[str, Source]:
    """Return what was not named, store by store. One that has none is as well, if another has some."""
    found: dict[str, Source] = {}
    refused: NotFound | None = None
    for source in sources:
        try:
            for run_id in _found(source, wish):
                found.setdefault(run_id, source)
        except NotFound as error:
            refused = refused or error
    if refused and not found:
        raise refused
    return found


def _found(source: Source, wish: Wish) -> list[str]:
    """Return what was not named, in the order in which the runs began."""
    last = wish.last if _searches(wish) else _LAST
    if last is not None and (isinstance(last, bool) or last < 1):
        raise Invalid(f"last={last} are no runs.", hint="Type how many of the latest, such as `last=5`.")
    more: Json = {"filter": wish.filter or ""}
    if wish.children is not None:
        parent = _parent(source, wish)
        more["parent_run_id"] = parent
        tried = [(EVERYWHERE, f"run {parent}")]
    else:
        tried = [(place, place.words) for place in _where(source, wish)]
    for place, _ in tried:
        ids = _runs(source, place, last, more)
        if ids:
            return ids
    which = f" that match {wish.filter!r:.200}" if wish.filter else ""
    raise NotFound(
        f"There are no {'children' if wish.children is not None else 'runs'}{which} in {tried[-1][1]}.",
        hint="Type `%track_runs` to see what there is, or name an experiment by `experiment=`.",
    )


def _where(source: Source, wish: Wish) -> Iterator[Place]:
    """Yield where to look: `last` means the notebook's own runs, if it has any."""
    if wish.experiment is None and wish.filter is None:
        notebook = places.here()
        if notebook is not None:
            yield places.of_notebook(notebook)
    yield places.of_experiment(source, wish.experiment)


def _runs(source: Source, place: Place, last: int | None, more: Json) -> list[str]:
    if last is None:
        rows = places.rows(source, place, MOST + 1, order_by=_OLDEST_FIRST, columns=[_ROLE], **more)
        return [row["run_id"] for row in rows if _counts(row)]
    # Runs that stand for a cell come between.
    ids: list[str] = []
    for row in places.rows(source, place, 2 * min(last, MOST + 1) + 50, columns=[_ROLE], **more):
        if len(ids) < last and _counts(row):
            ids.append(row["run_id"])
    return ids[::-1]


def _counts(row: Json) -> bool:
    """Tell a run with something in it from one that stands for the runs of a cell."""
    return bool(row["values"].get(_ROLE) != "parent")


def _parent(source: Source, wish: Wish) -> str:
    if wish.children is not True:
        assert wish.children is not None  # noqa: S101
        return named.one(source, wish.children, wish.experiment)
    for place in _where(source, wish):
        for row in places.rows(source, place, _RECENT):
            if row["parent_run_id"]:
                return str(row["parent_run_id"])
    raise NotFound("No run here has children.", hint="Name the parent: `children=` and its id or name.")


def _line(wish: Wish, run_ids: list[str], base: str | None, also: list[str]) -> str:
    """Return the line that makes a comparison again: the same runs, where that is short."""
    line: list[str] = []
    if len(run_ids) <= _TOLD or not (wish.last or wish.filter or wish.children):
        line += run_ids
    else:
        for option, value in (
            ("--last", wish.last),
            ("--filter", wish.filter),
            ("--children", wish.children),
            ("--experiment", wish.experiment),
        ):
            if value is not None:
                line += [option] if value is True else [option, str(value)]
    line += ["--baseline", base] if base else []
    line += ["--metric", wish.metric] if wish.metric else []
    line += [word for store in also for word in ("--also", store)]
    return shlex.join(["%track_compare", *line])
