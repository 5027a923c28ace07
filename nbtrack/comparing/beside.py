"""What runs have, beside each other: as tables, and which of it is not the same."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from nbtrack.direction import lower_is_better
from nbtrack.grouping import is_system
from nbtrack.numerals import meant
from nbtrack.store.rows import key_metric
from nbtrack.store.together import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    import pandas as pd  # type: ignore[import-untyped]

    Json = dict[str, Any]

_LONG = 1000  # characters; `compare` cuts what is longer, and adds a mark
_SOURCE, _STORE = "source", "store"


class Beside:
    """Some runs beside each other.

    Parameters
    ----------
    compared
        What the store's call `compare` has answered.
    whole
        Returns all params, tags and so on of a run, as the store's call `run`: `compare` cuts long texts.
    """

    def __init__(self, compared: Json, whole: Callable[[str], Json]) -> None:
        self.compared = compared
        self.runs: list[Json] = compared["runs"]
        self.run_ids: list[str] = [run["run_id"] for run in self.runs]
        self._whole = whole

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def running(self) -> bool:
        """Whether any of it may change by itself."""
        return any(run["status"] == "RUNNING" for run in self.runs)

    def table(self, family: str) -> dict[str, list[Any]]:
        """Return the values of each key of a family, a list as long as the runs."""
        found: dict[str, list[Any]] = self.compared[family]
        return found

    def names(self) -> list[str]:
        """Return a name for each run that no other of them has."""
        names = [run["name"] or run["run_id"][:8] for run in self.runs]
        count = Counter(names)
        return [
            f"{name} ({run['run_id'][:8]})" if count[name] > 1 else name
            for name, run in zip(names, self.runs, strict=True)
        ]

    def metric(self) -> str | None:
        """Return the metric that says most about the runs: of those that most of them have."""
        count = {
            key: sum(value is not None for value in values) for key, values in self.table("metrics").items()
        }
        most = max((found for key, found in count.items() if not is_system(key)), default=0)
        return key_metric({key: 0 for key, found in count.items() if found == most and found}, None)

    def differing(self) -> Iterator[tuple[str, str, list[Any]]]:
        """Yield family, key and values of all that is not the same: the store, params, … tags last."""
        stores = [run.get(_STORE) for run in self.runs]
        if len(set(stores)) > 1:
            yield _STORE, "", stores
        for family in FAMILIES:
            for key, values in sorted(self.table(family).items()):
                if len({same(value) for value in values}) > 1:
                    yield family, key, values
            if family == "datasets":
                sources = [run["source_sha256"] for run in self.runs]
                if len(set(sources)) > 1:
                    yield _SOURCE, "", sources

    def frame(self) -> pd.DataFrame:
        """Return a row for each run, with the columns that `mlflow.search_runs` would have."""
        import pandas as pd

        times = {
            key: pd.to_datetime([run[key] for run in self.runs], unit="ms", utc=True)
            for key in ("start_time", "end_time")
        }
        plain = {
            key: [run[key] for run in self.runs]
            for key in ("run_id", "name", "status", "experiment_id", "lifecycle_stage", "parent_run_id")
        }
        columns: Json = {**plain, **times}
        if any(_STORE in run for run in self.runs):
            columns[_STORE] = [run.get(_STORE) for run in self.runs]
        for key, values in sorted(self.table("metrics").items()):
            columns[f"metrics.{key}"] = [math.nan if value is None else float(value) for value in values]
        for family in ("params", "datasets", "tags"):
            for key, values in sorted(self._uncut(family).items()):
                columns[f"{family}.{key}"] = values
        return pd.DataFrame(columns)

    def differences(self, first: int = 0) -> pd.DataFrame:
        """Return a row for each key that is not the same, a column for each run; the `first` comes first."""
        import pandas as pd

        order = sorted(range(len(self)), key=lambda place: place != first)
        rows = {
            f"{family}.{key}".rstrip("."): [
                float(values[place]) if family == "metrics" and values[place] is not None else values[place]
                for place in order
            ]
            for family, key, values in self.differing()
        }
        names = self.names()
        frame = pd.DataFrame.from_dict(
            rows, orient="index", columns=[names[place] for place in order], dtype=object
        )
        return frame.rename_axis("what")

    def _uncut(self, family: str) -> dict[str, list[Any]]:
        """Return a family's table with those texts whole that `compare` has cut."""
        table = {key: list(values) for key, values in self.table(family).items()}
        for place, run_id in enumerate(self.run_ids):
            cut = [key for key, values in table.items() if _is_cut(values[place])]
            if cut:
                texts = {pair["key"]: pair["value"] for pair in self._whole(run_id)[family]}
                for key in cut:
                    table[key][place] = texts.get(key, table[key][place])
        return table


def same(value: object) -> Hashable:
    """Return what is equal for values that mean the same: the texts «1e-3» and «0.001» do."""
    return meant(value) if isinstance(value, str) else value


def best(key: str, values: list[Any]) -> float | None:
    """Return the best of a metric's values; None if its name doesn't say which way, or all are as good."""
    lower = lower_is_better(key)
    finite = [value for value in values if isinstance(value, int | float)]
    if lower is None or len(set(finite)) < 2:  # noqa: PLR2004 - nothing to choose from
        return None
    return min(finite) if lower else max(finite)


def _is_cut(value: Any) -> bool:
    return isinstance(value, str) and len(value) > _LONG
