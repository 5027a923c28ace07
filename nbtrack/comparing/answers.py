"""What the store's calls `noise` and `importance` answer, as tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    Json = dict[str, Any]


def noise(answer: Json) -> pd.DataFrame:
    """Return a row for each configuration, the baseline's first; see `Comparison.noise`."""
    import pandas as pd

    rows = []
    for group in answer["groups"]:
        low, high = group["interval"] or (math.nan, math.nan)
        apart = group["difference"] or {"mean": math.nan, "interval": (math.nan, math.nan), "p": None}
        rows.append(
            {
                **group["config"],
                **group["datasets"],
                "n": group["n"],
                "mean": group["mean"],
                "sd": group["sd"],
                "low": low,
                "high": high,
                "difference": apart["mean"],
                "difference_low": apart["interval"][0],
                "difference_high": apart["interval"][1],
                "p": apart["p"],
                "verdict": group["verdict"],
                "run_ids": group["run_ids"],
            }
        )
    frame = pd.DataFrame(rows)
    told = ("metric", "lower_is_better", "seeds", "left_out", "note")
    frame.attrs.update({key: answer[key] for key in told})
    return frame


def importance(answer: Json) -> pd.DataFrame:
    """Return a row for each param, the most important first; see `Comparison.importance`."""
    import pandas as pd

    if not answer["params"]:
        why = (answer["note"] or "nothing differs").rstrip(".")
        raise Invalid(
            f"Importance can't be told: {why}.", hint="Compare a whole sweep, such as `children=True`."
        )
    frame = pd.DataFrame(answer["params"], columns=["param", "importance", "low", "high"])
    frame.attrs.update({key: answer[key] for key in ("metric", "score", "n", "note")})
    return frame
