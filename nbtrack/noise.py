"""Is it noise? The configurations among runs, over their seeds, against that of the first run; in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack import welch
from nbtrack.direction import lower_is_better
from nbtrack.numerals import shown
from nbtrack.seeds import configurations, is_seed, signature

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from nbtrack.seeds import Configuration
    from nbtrack.welch import Difference, Sample

MOST_SEEDS = 100
"""More than so many further seeds are not counted out."""
_PAIR = 2  # groups: one comparison
_MOST_DECIMALS = 9
_LARGE = 1e6

Json = dict[str, Any]
Values = list[float | None]


def judged(compared: Mapping[str, Any], metric: str, seeds: Iterable[str] | None = None) -> Json:
    """Compare the configurations among runs with that of the first run; needs `welch.prepare`'s imports.

    Runs with the same seed are no independent evidence: their mean counts as one value, so that `n` may be
    less than there are `values`. Of a single one nothing is said but that it is one.

    Parameters
    ----------
    compared
        An answer of the store's call `compare`.
    metric
        Whose last values are compared; runs without a finite one are left out.
    seeds
        Params that tell repetitions apart. None: those with the name of a seed.

    Returns
    -------
    dict
        `{metric, lower_is_better, seeds, baseline, groups, left_out, note}`. `seeds` are the params taken for
        that, `baseline` is the place in `groups` of the first run's, None where that has no finite value, and
        `left_out` counts runs without one. A group has `config` and `datasets` (what differs among groups),
        `run_ids` and their `values`; `n`, `mean`, `sd` and `interval` (95 %, of the mean) of its seeds;
        `difference` to the baseline, `{mean, interval, p}`, None for the baseline and where either has a
        single value, `p` None where neither has a spread; and `verdict`, in plain words.
    """
    runs, params = compared["runs"], compared["params"]
    named = filter(is_seed, params) if seeds is None else dict.fromkeys(seeds)
    chosen = [key for key in named if key in params]
    found = compared["metrics"].get(metric, [None] * len(runs))
    values = [value if _finite(value) else None for value in found]
    used = [place for place, value in enumerate(values) if value is not None]
    groups = configurations(compared, used, set(chosen))
    first = signature(compared, 0, set(chosen)) if runs else None
    baseline = next((place for place, group in enumerate(groups) if group.signature == first), None)
    samples = [_sample(group, values) for group in groups]
    lower = lower_is_better(metric)
    return {
        "metric": metric,
        "lower_is_better": lower,
        "seeds": chosen,
        "baseline": baseline,
        "groups": [
            _group(group, compared, values)
            | _told(
                samples[place],
                None if baseline is None else samples[baseline],
                len(group.runs),
                lower=lower,
            )
            for place, group in enumerate(groups)
        ],
        "left_out": len(runs) - len(used),
        "note": _note(len(groups)),
    }


def _sample(group: Configuration, values: Values) -> Sample:
    by_seed: dict[Hashable, list[float]] = {}
    for run, seed in zip(group.runs, group.seeds, strict=True):
        value = values[run]
        if value is not None:
            by_seed.setdefault(("run", run) if seed is None else seed, []).append(value)
    return welch.sample([welch.sample(each).mean for each in by_seed.values()])


def _group(group: Configuration, compared: Mapping[str, Any], values: Values) -> Json:
    return {
        "config": group.params,
        "datasets": group.datasets,
        "run_ids": [compared["runs"][run]["run_id"] for run in group.runs],
        "values": [values[run] for run in group.runs],
    }


def _told(of: Sample, to: Sample | None, runs: int, *, lower: bool | None) -> Json:
    """Tell how a sample of so many runs is against the baseline's, unless it is that."""
    mean = welch.interval(of)
    apart = None if to is None or to is of else welch.difference(of, to)
    if apart is not None and not all(map(_finite, apart[:3])):
        apart = None
    return {
        "n": of.n,
        "mean": of.mean,
        "sd": of.sd,
        "interval": list(mean) if mean is not None and all(map(_finite, mean)) else None,
        "difference": apart and {"mean": apart.mean, "interval": [apart.low, apart.high], "p": apart.p},
        "verdict": _alone(of, to, runs) or _against(apart, of, to, lower=lower),
    }


def _alone(of: Sample, to: Sample | None, runs: int) -> str | None:
    """Say what there is to say where nothing can be compared."""
    if of.n == 1:
        return f"one {'run' if runs == 1 else 'seed'} only: log at least one more with another seed"
    if to is None:
        return "no baseline: the first run has no finite value"
    if to is of:
        low, high = welch.interval(of) or (of.mean, of.mean)
        within = f" ({_range(low, high)})" if _finite(high - low) else ""
        return f"the baseline: {_said(of.mean, high - low)}{within}"
    if to.n == 1:
        return "the baseline has one run only: log at least one more of it with another seed"
    return None


def _against(apart: Difference | None, of: Sample, to: Sample | None, *, lower: bool | None) -> str:
    if apart is None or to is None:
        return "too far apart to compare"
    if apart.low == apart.high == 0:
        return "the same as the baseline each time"
    way = "better than" if (apart.mean < 0) is lower else "worse than"
    if lower is None:
        way = "above" if apart.mean > 0 else "below"
    if apart.p is None:
        return f"{way} the baseline by {shown(abs(apart.mean))}, the same each time: has the seed an effect?"
    if apart.low <= 0 <= apart.high:
        more = welch.more_needed(of, to, MOST_SEEDS)
        seeds = f"more than {MOST_SEEDS} more" if more is None else f"{more} more"
        return f"within noise: {seeds} {'seed' if more == 1 else 'seeds'} of each would tell"
    low, high = sorted((abs(apart.low), abs(apart.high)))
    return f"{way} the baseline by {_said(abs(apart.mean), high - low)} ({_range(low, high)})"


def _range(low: float, high: float) -> str:
    return f"95 %: {_said(low, high - low)} to {_said(high, high - low)}"


def _said(value: float, width: float) -> str:
    """Return a number with the digits that an interval of this width leaves any sense."""
    decimals = 1 - math.floor(math.log10(width)) if 0 < width < math.inf else -1
    if abs(value) >= _LARGE or not 0 <= decimals <= _MOST_DECIMALS:
        return shown(value)
    return f"{value:.{decimals}f}"


def _note(groups: int) -> str | None:
    """Say what many comparisons do, which nothing is adjusted for."""
    if groups <= _PAIR:
        return None
    return (
        f"{groups - 1} groups are compared with the baseline, each with a 95 % interval of its own: "
        "of 20 that are no different, one would seem to be."
    )


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
