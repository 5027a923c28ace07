"""Which params mattered? Permutation importance with random forests, and how sure it is.

A forest (L. Breiman, «Random Forests», Machine Learning 45, 2001) learns the metric from the params of a
part of the runs. On the runs that it has not seen, each param in turn is shuffled: the more that spoils its
predictions, the more it leans on the param (Breiman; A. Fisher, C. Rudin, F. Dominici, «All Models are Wrong,
but Many are Useful», Journal of Machine Learning Research 20, 2019). Several forests, each of another part
of the runs, tell how much of it is chance. It says what goes with the metric among these runs, not why; of
params that always change together, each gets a share.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack.numerals import by_value, numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 12
"""Runs; of less, a forest learns nothing worth telling."""
_MOST_PARAMS = 100
_FORESTS = 16  # twice as many of few runs, which differ more by the part that a forest sees
_TREES = 15
_REPEATS = 3  # of each param's shuffling in a forest
_ROWS = 20_000  # that a forest predicts, of shuffled params
_FEWEST_ROWS = 50
_MANY = 100  # runs, of which trees need not tell every one apart
_SEEN = 0.632  # of the runs, by a forest: as many as a bootstrap sample has
_SEED = 20_011
_ONE_EACH = 10  # values of a category that get a column each
_FAR = 3  # spreads between the quartiles; J. W. Tukey calls «far out» what is beyond
_COLUMNS = 8  # that are looked at for a split, or a third of them, but not more than:
_MOST_COLUMNS = 32

Json = dict[str, Any]


def prepare() -> None:
    """Import what the forests need; that may take seconds the first time."""
    import sklearn.ensemble  # type: ignore[import-untyped]  # noqa: F401


def ranked(compared: Mapping[str, Any], metric: str) -> Json:
    """Tell how much each param mattered for a metric, over runs.

    The same values give the same answer, in whatever order the runs come.

    Parameters
    ----------
    compared
        An answer of the store's call `compare`.
    metric
        Whose last values are explained; runs without a finite one are left out.

    Returns
    -------
    dict
        `{metric, n, score, params, note}`: `n` runs, R² of predictions of runs that a forest has not seen,
        and for each param `{param, importance, low, high}`, the greatest first. Importance is the share of
        the metric's variance by which shuffling the param makes such predictions worse, the mean of the
        forests; 95 % of them are from `low` to `high`. `score` is None where nothing can be learned; `note`
        says why, or what else there is to know.
    """
    import numpy as np

    found: Sequence[object] = compared["metrics"].get(metric, ())
    finite = [
        place for place, value in enumerate(found) if isinstance(value, int | float) and math.isfinite(value)
    ]
    texts = compared["params"].values()
    runs = sorted(finite, key=lambda run: (found[run], [column[run] or "" for column in texts]))
    answer: Json = {"metric": metric, "n": len(runs), "score": None, "params": [], "note": None}
    if len(runs) < FEWEST:
        there = "is 1" if len(runs) == 1 else f"are {len(runs)}"
        return {**answer, "note": f"{FEWEST} runs or more are needed; there {there}."}
    values = np.asarray([found[run] for run in runs], dtype=np.float64)
    columns = _encoded(compared["params"], runs)
    if np.ptp(values / (np.abs(values).max() or 1)) == 0:
        return {**answer, "note": "The metric is the same in all runs."}
    if not columns:
        return {**answer, "note": "No param differs among the runs."}
    drawn, far = _drawn_in(values)
    score, importances = _learned(list(columns.values()), drawn)
    notes = [_FAR_NOTE.format(far)] if far else []
    if len(columns) == _MOST_PARAMS:
        notes.append(f"Only {_MOST_PARAMS} params were looked at.")
    if score <= 0:
        notes.insert(0, _NOTHING)
    low, high = np.quantile(importances, [0.025, 0.975], axis=0)
    told = zip(columns, importances.mean(axis=0), low, high, strict=True)
    params = [
        {"param": key, "importance": float(mean), "low": float(low), "high": float(high)}
        for key, mean, low, high in told
    ]
    params.sort(key=lambda one: (-float(one["importance"]), one["param"]))  # type: ignore[arg-type]
    return {**answer, "score": score, "params": params, "note": " ".join(notes) or None}


_NOTHING = "The params do not explain this metric: the order below is chance."
_FAR_NOTE = "Runs far from all others were drawn in, so that they do not decide alone: {}."


def _encoded(params: Mapping[str, Sequence[str | None]], runs: Sequence[int]) -> dict[str, Floats]:
    """Return one column or more for each param that differs, the ones that most runs have first."""
    import numpy as np

    texts = {key: [values[run] for run in runs] for key, values in params.items()}
    by_runs = sorted(texts, key=lambda key: (texts[key].count(None), key))
    found = {}
    for key in by_runs:
        ranks, number = _ranks(texts[key])
        several = len(set(ranks))
        if several > 1:
            column = np.asarray(ranks, dtype=np.float64)[:, None]
            one_each = not number and 2 < several <= _ONE_EACH  # noqa: PLR2004 - for two, one column says it
            found[key] = (column == np.unique(column)).astype(np.float64) if one_each else column
        if len(found) == _MOST_PARAMS:
            break
    return found


def _ranks(texts: Sequence[str | None]) -> tuple[list[int], bool]:
    """Return the places of values in their order, 0 for none, and whether they are numbers.

    Trees see no more of a value than its place, and places fit into their single precision.
    """
    numbers = numbers_of(texts)
    if numbers is None:
        order = {text: place for place, text in enumerate(sorted({*texts} - {None}, key=by_value), 1)}  # type: ignore[arg-type]
        return [0 if text is None else order[text] for text in texts], False
    sizes = sorted({number for number in numbers if number is not None and not math.isnan(number)})
    place_of = {number: place for place, number in enumerate(sizes, 1)}
    return [0 if number is None else place_of.get(number, -1) for number in numbers], True


def _drawn_in(values: Floats) -> tuple[Floats, int]:
    """Return values between 0 and 1, those far from all others drawn in, and how many those were."""
    import numpy as np

    scaled = values / np.abs(values).max()
    low, high = np.quantile(scaled, [0.25, 0.75])
    reach = _FAR * (high - low) or np.inf
    drawn = np.clip(scaled, low - reach, high + reach)
    return (drawn - drawn.min()) / np.ptp(drawn), int((drawn != scaled).sum())


def _learned(params: list[Floats], values: Floats) -> tuple[float, Floats]:
    """Learn, and shuffle.

    Returns
    -------
    score : float
        R² of what forests predict of runs that they have not seen.
    importances : array of shape (forests, params)
        By how much of the metric's variance shuffling a param makes predictions worse.
    """
    import numpy as np
    from sklearn.ensemble import RandomForestRegressor

    chance = np.random.default_rng(_SEED)
    table = np.hstack(params).astype(np.float32)
    ends = np.cumsum([column.shape[1] for column in params])
    columns = [slice(end - column.shape[1], end) for column, end in zip(params, ends, strict=True)]
    looked_at = min(table.shape[1], max(_COLUMNS, min(-(-table.shape[1] // 3), _MOST_COLUMNS)))
    seen = round(_SEEN * len(values))
    rows = max(_ROWS // (len(params) * _REPEATS), _FEWEST_ROWS)
    leaf, forests = (1, 2 * _FORESTS) if len(values) < _MANY else (3, _FORESTS)
    guesses, counts = np.zeros_like(values), np.zeros_like(values)
    importances = np.empty((forests, len(params)))
    for number in range(forests):
        order = chance.permutation(len(values))
        known, unseen = order[:seen], order[seen:]
        forest = RandomForestRegressor(
            _TREES, max_features=looked_at, min_samples_leaf=leaf, random_state=number
        )
        forest.fit(table[known], values[known])
        guesses[unseen] += forest.predict(table[unseen])
        counts[unseen] += 1
        rest, truth = table[unseen[:rows]], values[unseen[:rows]]
        shuffled = np.tile(rest, (1 + len(params) * _REPEATS, 1, 1))
        for place, where in enumerate(columns):
            for repeat in range(_REPEATS):
                shuffled[1 + place * _REPEATS + repeat, :, where] = chance.permutation(rest[:, where])
        predicted = forest.predict(shuffled.reshape(-1, table.shape[1])).reshape(-1, len(rest))
        errors = ((predicted - truth) ** 2).mean(axis=1)
        importances[number] = errors[1:].reshape(-1, _REPEATS).mean(axis=1) - errors[0]
    told = counts > 0
    missed = ((guesses[told] / counts[told] - values[told]) ** 2).mean()
    return float(1 - missed / values[told].var()), importances / values.var()
