"""What of a card is kept, and that it is small."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pytest

from nbtrack.charts import Line, Panel, colour, picture
from nbtrack.painter import Painter
from nbtrack.picture import VEGALITE, bundle, metadata, values_table_html, values_text
from nbtrack.series import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Png = Callable[[Mapping[str, Any], int | None], bytes | None]

PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def draw() -> Iterator[Png]:
    painter = Painter()
    yield painter.png
    painter.close()


def spec() -> dict[str, Any]:
    x = np.arange(1000.0)
    lines = (
        Line("a", colour(0), faint=False, points=Points(x, x, np.exp(-x / 99))),
        Line("b", colour(1), faint=False, points=Points(x, x, np.exp(-x / 300))),
    )
    shown = Panel("loss", "step", log=False, lines=lines)
    return picture([shown, shown], title="run", subtitle="x", points=300)


def size(outputs: dict[str, Any]) -> int:
    return len(json.dumps(outputs))


def test_a_small_picture_is_kept_with_a_crisp_png(draw: Png) -> None:
    outputs = bundle(spec(), "text", "<b>never</b>", png=draw)
    assert list(outputs) == [VEGALITE, "image/png", "text/plain"]
    assert outputs[VEGALITE] == spec()
    image = base64.b64decode(outputs["image/png"])
    assert image.startswith(PNG)
    shown = metadata(outputs)["image/png"]
    assert int.from_bytes(image[16:20], "big") == pytest.approx(2 * shown["width"], abs=1)
    assert 600 < shown["width"] < 720
    assert size(outputs) <= 60_000


def test_the_png_gets_coarser_and_then_is_left_out(draw: Png) -> None:
    chart = spec()
    full = bundle(chart, "text", save="full", png=draw)
    limit = size(full) - 500
    coarser = bundle(chart, "text", limit=limit, png=draw)
    assert size(coarser) <= limit
    assert 0 < len(coarser["image/png"]) < len(full["image/png"])
    wide, wider = metadata(coarser)["image/png"]["width"], metadata(full)["image/png"]["width"]
    assert wide == pytest.approx(wider, abs=2)
    for more in (10, 1000, 4000):
        limit = size({VEGALITE: chart, "text/plain": "text"}) + more
        assert set(bundle(chart, "text", limit=limit, png=draw)) == {VEGALITE, "text/plain"}


def test_a_specification_that_is_too_large_goes_and_its_png_stays(draw: Png) -> None:
    chart = {**spec(), "description": "x" * 50_000}
    outputs = bundle(chart, "text", limit=50_000, png=draw)
    assert set(outputs) == {"image/png", "text/plain"}
    assert bundle(chart, "text", limit=1000, png=draw) == {"text/plain": "text"}


@pytest.mark.parametrize("limit", [0, 1000, 5000, 40_000])
def test_a_bundle_is_never_larger_than_it_may_be(limit: int, draw: Png) -> None:
    for save in ("auto", "png"):
        outputs = bundle(spec(), "text", save=save, limit=limit, png=draw)
        assert size(outputs) <= max(limit, size({"text/plain": "text"}))


def test_without_a_way_to_draw_there_is_no_png() -> None:
    assert set(bundle(spec(), "text")) == {VEGALITE, "text/plain"}
    assert set(bundle(spec(), "text", png=lambda *_: None)) == {VEGALITE, "text/plain"}
    assert metadata(bundle(spec(), "text")) == {}


def test_the_png_alone(draw: Png) -> None:
    assert set(bundle(spec(), "text", "<b>never</b>", save="png", png=draw)) == {"image/png", "text/plain"}


def test_keeping_nothing_is_text() -> None:
    assert bundle(spec(), "text", "<b>x</b>", save="none") == {"text/plain": "text"}


def test_html_is_for_cards_without_a_chart() -> None:
    assert bundle(None, "text", "<b>x</b>") == {"text/html": "<b>x</b>", "text/plain": "text"}
    assert bundle(None, "text", "x" * 100_000) == {"text/plain": "text"}
    assert "text/html" in bundle(None, "text", "x" * 100_000, save="full")
    assert bundle(None, "text") == {"text/plain": "text"}


def test_a_chart_of_the_users_is_kept_as_vega_lite_5(draw: Png) -> None:
    chart = alt.Chart(alt.InlineData([{"a": 1}])).mark_point().encode(x="a:Q")
    outputs = bundle(chart, "text", png=draw)
    assert outputs[VEGALITE]["$schema"].endswith("/vega-lite/v5.json")
    assert base64.b64decode(outputs["image/png"]).startswith(PNG)


def test_what_can_not_be_drawn_has_no_png(draw: Png) -> None:
    loaded = {"data": {"url": "https://localhost:1/x.csv"}, "mark": "point", "encoding": {}}
    for chart in ({"mark": "nonsense"}, loaded, {"data": float("nan")}):
        assert set(bundle(chart, "text", png=draw)) == {VEGALITE, "text/plain"}
    assert "image/png" in bundle(spec(), "text", png=draw)  # and the next can


def value(metric: str, last: Any, **more: Any) -> dict[str, Any]:
    empty = {"label": "", "best": None, "previous": None, "lower_is_better": None, "nonfinite": 0}
    return {"metric": metric, "last": last, **empty, **more}


ROWS = [
    value("loss", 0.25, best=0.125, previous=0.5, lower_is_better=True, label="val", nonfinite=2),
    value("accuracy", 0.9, previous=0.95, lower_is_better=False),
    value("lr", 1e-5, previous=1e-5),
    value("norm", "NaN", previous=1.0),
    value("count", 12345678.0, previous=12345670.0),
]


def test_values_as_text() -> None:
    assert values_text(ROWS).splitlines() == [
        "Metric         Last                 Best   Change",
        "loss      val  0.25 (2 not finite)  0.125  -0.25 better",
        "accuracy       0.9                         -0.05 worse",
        "lr             1e-05                       same",
        "norm           NaN",
        "count          1.23457e+07                 +8",
    ]


def test_columns_that_say_nothing_are_left_out() -> None:
    assert values_text([value("r2", 0.5)]) == "Metric  Last\nr2      0.5"
    assert values_text([]) == "Metric  Last"


def test_values_as_a_table_with_headers() -> None:
    table = values_table_html(ROWS)
    assert table.count('<th scope="col">') == 5
    assert table.count('<th scope="row">') == 5
    assert "<td>-0.25 better</td>" in table


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "a&b", "'"])
def test_names_in_the_table_are_escaped(name: str) -> None:
    table = values_table_html([value(name, name, label=name, best=name)])
    assert table.count(html.escape(name)) == 4
    assert "<script" not in table
    assert "<img" not in table


def test_control_characters_reach_neither_text_nor_table() -> None:
    rows = [value("a\x1b[31m\nb", 1.0, label="\u202egnp\x00")]
    for shown in (values_text(rows), values_table_html(rows)):
        assert shown.replace("\n", "").isprintable()
