"""Runs side by side: a column of values for each param, metric, tag and dataset."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from nbtrack import tags
from nbtrack.store.rows import row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.store.rows import Facts

MOST_KEYS = 2000
"""Of params, of metrics and so on: those that most runs have."""
LONGEST = 1000
"""Characters of a text; one that was cut is longer, and ends with «…»."""
_RUN = (
    "run_id", "name", "status", "experiment_id", "start_time", "end_time", "lifecycle_stage",
    "parent_run_id", "notebook", "cell_id", "execution_count", "source_sha256",
)  # fmt: skip
_DIGEST = 4  # bytes

Json = dict[str, Any]


def compares(tag: str) -> bool:
    """Whether a tag is one that people compare by: neither MLflow's nor ours, or the note."""
    return tag == tags.NOTE or not tag.startswith(("mlflow.", "nbtrack."))


class Columns:
    """The answer of `calls.compare`, as it is gathered.

    Parameters
    ----------
    run_ids
        The runs wanted, in their order.
    """

    def __init__(self, run_ids: Iterable[str]) -> None:
        self._wanted = list(dict.fromkeys(run_ids))
        self._runs: dict[str, Json] = {}
        self._texts: dict[str, dict[str, dict[str, str]]] = {"params": {}, "tags": {}}
        self._metrics: dict[str, dict[str, float | str]] = {}
        self._datasets: dict[str, dict[str, set[str]]] = {}

    def run(self, facts: Facts) -> None:
        """Take what is known of a run; only its own tags are looked at."""
        told = row(facts, (), None)
        self._runs[facts.run_id] = {name: told[name] for name in _RUN}

    def text(self, family: str, run_id: str, key: str, value: str) -> None:
        """Take a param or a tag."""
        self._texts[family].setdefault(key, {})[run_id] = value if len(value) <= LONGEST else _cut(value)

    def metric(self, run_id: str, key: str, value: float | str) -> None:
        """Take a metric's last value."""
        self._metrics.setdefault(key, {})[run_id] = value

    def dataset(self, run_id: str, name: str, context: str | None, digest: str) -> None:
        """Take a dataset."""
        key = f"{name} · {context}" if context else name
        self._datasets.setdefault(key, {}).setdefault(run_id, set()).add(digest)

    def answer(self) -> Json:
        """Return what was gathered."""
        there = [run_id for run_id in self._wanted if run_id in self._runs]
        datasets = {
            key: {run_id: ", ".join(sorted(digests)) for run_id, digests in by_run.items()}
            for key, by_run in self._datasets.items()
        }
        families: dict[str, Mapping[str, Mapping[str, object]]] = {
            "params": self._texts["params"],
            "metrics": self._metrics,
            "tags": self._texts["tags"],
            "datasets": datasets,
        }
        kept = {name: _most_frequent(columns) for name, columns in families.items()}
        return {
            "runs": [self._runs[run_id] for run_id in there],
            "missing": [run_id for run_id in self._wanted if run_id not in self._runs],
            **{
                name: {key: [families[name][key].get(run_id) for run_id in there] for key in keys}
                for name, keys in kept.items()
            },
            "more": {name: len(columns) - len(kept[name]) for name, columns in families.items()},
        }


def _most_frequent(columns: Mapping[str, Mapping[str, object]]) -> list[str]:
    keys = sorted(columns, key=lambda key: (-len(columns[key]), key))
    return sorted(keys[:MOST_KEYS])


def _cut(text: str) -> str:
    """Cut a text so that what was different still is."""
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_DIGEST).hexdigest()
    return f"{text[:LONGEST]}… {digest}…"
