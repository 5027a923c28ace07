"""Which params are seeds, and which runs share everything but those: repetitions of one configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbtrack.numerals import meant

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST = 250  # MLflow's
_ALONE = frozenset({"rng", "randomstate"})
_AFTER = frozenset({"no", "nr", "id", "idx", "index", "number", "value", "everything"})


def is_seed(param: str) -> bool:
    """Tell from a param's name whether it is a seed.

    `seed`, `Random_Seed`, `model__random_state`, `dataSeed`, `PYTHONHASHSEED`, `rng` are; `n_seeds` and
    `reseed_every` are not.
    """
    words = [word.lower() for word in _WORD.findall(param[:_LONGEST])]
    while len(words) > 1 and words[-1] in _AFTER:
        words.pop()
    if not words:
        return False
    pair = "".join(words[-2:])
    return words[-1].endswith("seed") or words[-1] in _ALONE or pair in _ALONE


@dataclass(slots=True)
class Configuration:
    """Runs that share all params but the seeds, and their data.

    Attributes
    ----------
    signature
        Equal for runs of the same configuration.
    runs
        Places of the runs in the answer of `compare`.
    seeds
        Of each run: the values of its seeds, or None where it has none.
    params, datasets
        Their values, of the first run; only what differs among configurations.
    """

    signature: Hashable
    runs: list[int] = field(default_factory=list)
    seeds: list[Hashable | None] = field(default_factory=list)
    params: dict[str, str | None] = field(default_factory=dict)
    datasets: dict[str, str | None] = field(default_factory=dict)


def configurations(
    compared: Mapping[str, Any], runs: Sequence[int], seeds: Collection[str]
) -> list[Configuration]:
    """Group runs by configuration, in the order of their first runs.

    Parameters
    ----------
    compared
        An answer of the store's call `compare`: its `params` and `datasets` are looked at.
    runs
        Places of the runs to group.
    seeds
        Params to leave out of account.
    """
    told = [compared["params"][key] for key in sorted(seeds)]
    found: dict[Hashable, Configuration] = {}
    for run in runs:
        of_run = signature(compared, run, seeds)
        group = found.setdefault(of_run, Configuration(of_run))
        with_seeds = tuple(_meant(values[run]) for values in told)
        group.runs.append(run)
        group.seeds.append(with_seeds if any(value is not None for value in with_seeds) else None)
    groups = list(found.values())
    for family, left_out in (("params", seeds), ("datasets", ())):
        for key, values in compared[family].items():
            if key not in left_out and len({_meant(values[group.runs[0]]) for group in groups}) > 1:
                for group in groups:
                    getattr(group, family)[key] = values[group.runs[0]]
    return groups


def signature(compared: Mapping[str, Any], run: int, seeds: Collection[str]) -> Hashable:
    """Return what runs of the same configuration share; «0.1» and «1e-1» are the same value."""
    return (
        tuple(_meant(values[run]) for key, values in compared["params"].items() if key not in seeds),
        tuple(values[run] for values in compared["datasets"].values()),
    )


def _meant(text: str | None) -> Hashable:
    return None if text is None else meant(text)
