"""Calls about runs side by side: what they have, whether differences are noise, which params mattered.

::

    calls ──▶ compare, noise, importance ──▶ local_comparison or client_comparison ──▶ columns.Columns

A call is asked of one store. Where some of the runs are of others, it is handed what those have answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import importance as forests
from nbtrack import noise as seeds_apart
from nbtrack import welch
from nbtrack.errors import Invalid
from nbtrack.store import client_comparison, local_comparison
from nbtrack.store.loading import load
from nbtrack.store.together import ids_of, in_order, merged

if TYPE_CHECKING:
    from nbtrack.store.opened import Store

MOST = 1000

Json = dict[str, Any]


def compare(store: Store, *, run_ids: list[str]) -> Json:
    """Return runs side by side: `{runs, missing, params, metrics, tags, datasets, more}`.

    `runs` are in the order asked, deleted ones too. The others have, by key, a list as long as that: params,
    last values of metrics, people's own tags and the note, digests of datasets (by «name · context»); of the
    2,000 keys that most runs have, `more` says how many are not told. Long texts are cut, see `columns`.

    Raises
    ------
    Invalid
        If they are too many.
    """
    return _read(store, run_ids, None)


def noise(
    store: Store,
    *,
    run_ids: list[str],
    metric: str,
    seeds: list[str] | None = None,
    others: list[Json] | None = None,
) -> Json:
    """Compare the configurations among runs with that of the first run, over their seeds.

    Parameters
    ----------
    seeds
        Params that tell repetitions apart. None: those with the name of a seed.
    others
        What other stores have answered to `compare` about those of the runs that are theirs.

    Returns
    -------
    dict
        `{metric, lower_is_better, seeds, baseline, groups, left_out, note}`; `left_out` counts runs without a
        finite value. A group is `{config, datasets, run_ids, values, n, mean, sd, interval, difference,
        verdict}`: what differs, values, `n` seeds, 95 % intervals, plain words; `noise.judged` tells more.
    """
    load(welch.prepare, "scipy")
    return seeds_apart.judged(_together(store, run_ids, metric, others), metric, seeds)


def importance(store: Store, *, run_ids: list[str], metric: str, others: list[Json] | None = None) -> Json:
    """Return which params mattered: `{metric, n, score, params: [{param, importance, low, high}], note}`.

    Importance is the share of the metric's variance by which shuffling the param makes predictions worse,
    `low` to `high` for 95 % of the forests, and `score` the predictions' R²; `importance.ranked` tells more.
    `others` as in `noise`.
    """
    load(forests.prepare, "scikit-learn")
    return forests.ranked(_together(store, run_ids, metric, others), metric)


CALLS = (compare, noise, importance)


def _together(store: Store, run_ids: list[str], metric: str, others: list[Json] | None) -> Json:
    if not others:
        return _read(store, run_ids, metric)
    theirs = {run_id for answer in others for run_id in ids_of(answer)}
    own = _read(store, [run_id for run_id in run_ids if run_id not in theirs], metric)
    return in_order(merged([own, *others]), run_ids)


def _read(store: Store, run_ids: list[str], metric: str | None) -> Json:
    """Read runs side by side; if a metric is named, only that, and no tags."""
    ids = list(dict.fromkeys(run_ids))
    if len(ids) > MOST:
        raise Invalid(f"{len(ids):,} runs are too many to compare.", hint=f"Choose {MOST:,} at most.")
    return store.read(
        lambda connection: local_comparison.compared(connection, ids, metric),
        lambda client: client_comparison.compared(client, ids, metric),
    )
