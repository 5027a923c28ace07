"""Runs side by side, whether differences are noise, and which params mattered.

::

    calls ──▶ compare, noise, importance ──▶ local_comparison or client_comparison ──▶ columns.Columns
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import importance as forests
from nbtrack import noise as seeds_apart
from nbtrack import welch
from nbtrack.errors import Invalid
from nbtrack.store import client_comparison, local_comparison
from nbtrack.store.loading import load

if TYPE_CHECKING:
    from nbtrack.store.opened import Store

MOST = 1000

Json = dict[str, Any]


def compare(store: Store, run_ids: list[str], metric: str | None = None) -> Json:
    """Read runs side by side; see `calls.compare`. If a metric is named, only that, and no tags.

    Raises
    ------
    Invalid
        If they are too many.
    """
    ids = list(dict.fromkeys(run_ids))
    if len(ids) > MOST:
        raise Invalid(f"{len(ids):,} runs are too many to compare.", hint=f"Choose {MOST:,} at most.")
    return store.read(
        lambda connection: local_comparison.compared(connection, ids, metric),
        lambda client: client_comparison.compared(client, ids, metric),
    )


def noise(store: Store, run_ids: list[str], metric: str, seeds: list[str] | None) -> Json:
    """Compare configurations over their seeds; see `calls.noise`."""
    load(welch.prepare, "scipy")
    return seeds_apart.judged(compare(store, run_ids, metric), metric, seeds)


def importance(store: Store, run_ids: list[str], metric: str) -> Json:
    """Tell which params mattered; see `calls.importance`."""
    load(forests.prepare, "scikit-learn")
    return forests.ranked(compare(store, run_ids, metric), metric)
