"""What a card leaves in the notebook: a chart, a picture of it, and text; still there without a kernel."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from nbtrack.live.frame import rows
from nbtrack.live.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.live.card import Card
    from nbtrack.live.layout import Layout
    from nbtrack.look import Look, Save

    Png = Callable[[Mapping[str, Any], int | None], bytes | None]

MOST_PANELS = 12


def summary(card: Card) -> str:
    """Return a card in one line of text."""
    if card.ended is None:
        return f"{card.title} {card.status}".strip()
    more = f", {card.runs_made} runs" if card.runs_made > 1 else ""
    return f"{card.title} {card.status} after {_duration(card.ended - card.started)}{more}".strip()


@dataclass(frozen=True, slots=True)
class Left:
    """What stays of a card; `chart` is None where there are single values only."""

    chart: Any
    text: str
    html: str
    save: Save

    def bundle(self, png: Png | None = None) -> dict[str, Any]:
        """Return it by MIME type, with a picture where `png` draws one."""
        from nbtrack import picture

        return picture.bundle(self.chart, self.text, self.html, save=self.save, png=png)


def left(card: Card, look: Look, tell: Callable[[str], None]) -> Left:
    """Return what stays of a card; `tell` hears of what is wrong with the user's own chart."""
    from nbtrack import picture

    layout = lay_out(card, whole=True)
    text = summary(card) if look.save == "none" else f"{summary(card)}\n{picture.values_text(rows(layout))}"
    chart = None if look.save == "none" else _chart(card, layout, look, tell)
    if chart is not None and look.save == "auto" and look.chart is None and not picture.leaves_room(chart):
        chart = _chart(card, lay_out(card), look, tell)
    return Left(chart, text, _html(card, layout), look.save)


def moving(card: Card, look: Look, tell: Callable[[str], None]) -> dict[str, Any]:
    """Return what a front end without nbtrack's extension can show while the cell runs."""
    from nbtrack import picture

    layout = lay_out(card)
    chart = _chart(card, layout, look, tell) if look.live == "full" else None
    if chart is None:
        return {"text/html": _html(card, layout)}
    return {picture.VEGALITE: picture.as_spec(chart)}


def table(card: Card) -> Any:
    """Return a card as a DataFrame with the columns run, metric, step, time (seconds) and value."""
    import pandas as pd  # type: ignore[import-untyped]

    parts = [
        pd.DataFrame(
            {
                "run": run.name,
                "metric": key,
                "step": points.x,
                "time": (points.times - card.started) / 1000,
                "value": points.values,  # noqa: PD011 - of ours, no DataFrame
            }
        )
        for run in card.runs.values()
        for key, series in run.series.items()
        for points in (series.points(),)
    ]
    columns = ["run", "metric", "step", "time", "value"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _html(card: Card, layout: Layout) -> str:
    from nbtrack import picture

    return f"<div>{escape(summary(card))}</div>{picture.values_table_html(rows(layout))}"


def _chart(card: Card, layout: Layout, look: Look, tell: Callable[[str], None]) -> Any:
    """Return the chart, None where there are single values only."""
    from nbtrack import charts

    panels = [placed.panel for placed in layout.panels if not placed.folded]
    if not panels:
        return None
    if look.chart is not None:
        try:
            return look.chart(table(card))
        except Exception as error:  # noqa: BLE001 - it is the user's
            tell(
                f"your chart function failed with {type(error).__name__}: {error}. nbtrack has drawn its "
                "own. Mend the function, or type `%track --chart default`."
            )
    subtitle = _subtitle(card, layout, len(panels))
    try:
        return charts.picture(panels[:MOST_PANELS], title=card.title, subtitle=subtitle)
    except Exception as error:  # noqa: BLE001 - so is the theme that it is drawn in
        tell(f"the chart could not be drawn in your Altair theme: {type(error).__name__}: {error}.")
        return None


def _subtitle(card: Card, layout: Layout, panels: int) -> str:
    parts = [summary(card).removeprefix(card.title).strip()]
    if any(line.faint for placed in layout.panels for line in placed.panel.lines):
        parts.append("faint: the execution before")
    more = max(0, panels - MOST_PANELS) + layout.more_metrics
    if more:
        parts.append(f"{more} more metrics in the run")
    return " · ".join(parts)


def _duration(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"
