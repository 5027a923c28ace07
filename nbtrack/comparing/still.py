"""The picture of a comparison that stays in a notebook, without Altair: importing that takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.comparing import curves
from nbtrack.comparing.dashes import dashed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.comparing.comparison import Comparison

    Json = dict[str, Any]

_WIDTH, _HEIGHT, _GROUP = 560, 260, 26  # pixels of a plot; of a group in one of intervals
_MOST_GROUPS = 30


def picture(comparison: Comparison, histories: Sequence[Json]) -> Json | None:
    """Return a picture as Vega-Lite: curves, or else the metric of configurations, or else of runs.

    None where there is nothing to draw.
    """
    from nbtrack import charts

    panels = curves.panels(comparison.beside, histories)
    if panels:
        return dashed(charts.picture(panels, title=comparison.head), panels)
    if comparison.metric is None:
        return None
    return _intervals(comparison, comparison.metric) or _scatter(comparison, comparison.metric)


def _intervals(comparison: Comparison, metric: str) -> Json | None:
    """Draw the means of configurations, if some have several seeds."""
    from nbtrack.charts import literal
    from nbtrack.plots import rows

    judged = comparison.judged(metric)
    groups = judged["groups"]
    if not 1 < len(groups) <= _MOST_GROUPS or all(group["n"] < 2 for group in groups):  # noqa: PLR2004
        return None
    spec = _filled(comparison, "interval", rows=rows.interval(judged))
    spec["encoding"]["x"]["title"] = literal(metric)
    return {**spec, "height": _GROUP * len(groups)}


def _scatter(comparison: Comparison, metric: str) -> Json | None:
    """Draw the metric over the first param that differs and is a number."""
    from nbtrack.charts import literal
    from nbtrack.plots import columns, rows

    compared = comparison.beside.compared
    chosen = (columns.column(compared, name) for name in columns.axes(compared, None))
    x = next((one.title for one in chosen if one.kind == "quantitative"), None)
    if x is None:
        return None
    dots = rows.scatter(compared, f"params.{x}", f"metrics.{metric}")
    if not dots:
        return None
    spec = _filled(comparison, "scatter", rows=dots)
    for channel, key in (("x", f"params.{x}"), ("y", f"metrics.{metric}")):
        column, encoded = columns.column(compared, key), spec["encoding"][channel]
        encoded["title"] = literal(column.title)
        encoded["scale"]["type"] = "log" if column.log else "linear"
    spec["encoding"]["color"]["legend"] = None
    return spec


def _filled(comparison: Comparison, kind: str, **data: list[Json]) -> Json:
    from nbtrack import charts
    from nbtrack.plots import kept

    spec = kept.template(kind)
    look = charts.picture([], title=comparison.head)  # in the user's theme
    config = {**look["config"], **spec.get("config", {})}
    title = {"text": look["title"]["text"], "anchor": "start", "offset": 10}
    return {**spec, "datasets": data, "width": _WIDTH, "height": _HEIGHT, "title": title, "config": config}
