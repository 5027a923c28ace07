"""The one definition of a panel, and pictures made of it: drawn with vl-convert, looked at as SVG."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pytest
import vl_convert

from nbtrack import definition
from nbtrack.charts import PALETTE, Line, Panel, Spec, colour, picture, wants_log
from nbtrack.panel import template
from nbtrack.panels import apart
from nbtrack.series import Points

OLDEST = vl_convert.get_vegalite_versions()[0]
HOSTILE = """<script>alert(1)</script> a/b.c[0]['d'] "e" $f ${g} datum.x \\n {{h}} é"""


def points(values: Any, x: Any = None) -> Points:
    values = np.asarray(values, dtype=float)
    x = np.arange(values.size, dtype=float) if x is None else np.asarray(x, dtype=float)
    return Points(x, 1e12 + x, values)


def line(values: Any, label: str = "train", *, faint: bool = False, x: Any = None) -> Line:
    return Line(label, "#0072B2", faint, points(values, x))


def panel(*lines: Line, title: str = "loss", log: bool = False) -> Panel:
    return Panel(title, "step", log, lines)


def draw(spec: Spec) -> str:
    """Draw it with the oldest Vega-Lite 5 there is here; return the SVG."""
    text = json.dumps(spec, allow_nan=False)
    return vl_convert.vegalite_to_svg(text, vl_version=OLDEST, allowed_base_urls=[])


def texts(svg: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def rows(spec: Spec) -> list[dict[str, Any]]:
    """Return the points of the first panel."""
    return list(csv.DictReader(io.StringIO(spec["concat"][0]["layer"][0]["data"]["values"])))


def ends(spec: Spec) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["concat"][0]["layer"][1]["data"]["values"]
    return found


def live(data: list[dict[str, Any]], **patch: Any) -> Spec:
    """Fill the template as the page does."""
    spec = template()
    spec["data"] = {"values": data}
    spec["encoding"]["y"]["scale"] |= patch
    return {**spec, "width": 300, "height": 140}


def row(x: float, y: float | None, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "series": 0, "color": "#D55E00", "opacity": 1, "label": "", "last": False, **more}


def test_the_template_is_vega_lite_5_without_the_look_of_a_theme() -> None:
    with alt.theme.enable("dark"):
        spec = template()
    assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    assert spec["data"] == {"name": "points"}
    assert spec["encoding"]["x"]["title"] == "step"
    assert spec["encoding"]["y"]["scale"]["type"] == "linear"
    assert "config" not in spec
    assert "background" not in spec


def test_the_kept_panel_is_the_one_that_altair_makes() -> None:
    made = definition.panel().to_dict(context={"top_level": False, "pre_transform": False})
    kept = Path(definition.__file__).with_name("panel.json")
    if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
        kept.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    assert json.loads(kept.read_text(encoding="utf-8")) == made


def test_each_template_is_a_copy() -> None:
    template()["encoding"]["x"]["title"] = "time"
    assert template()["encoding"]["x"]["title"] == "step"


def test_the_template_draws_line_gap_dot_and_label() -> None:
    data = [row(0, 1), row(1, 2), row(2, None), row(3, 2), row(4, 3, last=True, label=HOSTILE[:9], at=2)]
    svg = draw(live(data))
    assert HOSTILE[:9] in texts(svg)
    assert len(re.findall(r'stroke="#D55E00"', svg)) == 2  # the line and the mark beside its label
    path = re.findall(r'<path[^>]* d="(M[^"]*)"[^>]*stroke="#D55E00"', svg)[0]
    assert path.count("M") == 2  # it breaks where y is null


@pytest.mark.parametrize("kind", ["linear", "log", "symlog"])
def test_the_template_takes_the_scales_that_the_page_offers(kind: str) -> None:
    svg = draw(live([row(0, 0.01), row(1, 1000, last=True, label="train")], type=kind))
    assert "train" in texts(svg)


def test_one_point_is_a_dot() -> None:
    svg = draw(live([row(0, 1, last=True)]))
    assert re.search(r'<path[^>]*fill="#D55E00"', svg)


@pytest.mark.parametrize("place", ["panel", "x", "label", "title", "subtitle"])
def test_names_are_literal_text(place: str) -> None:
    name = HOSTILE if place != "label" else HOSTILE[:8]
    told = {key: name if key == place else key for key in ("panel", "x", "label", "title", "subtitle")}
    shown = Panel(told["panel"], told["x"], log=False, lines=(line([1, 2], told["label"]),))
    assert name in texts(draw(picture([shown], title=told["title"], subtitle=told["subtitle"])))


@pytest.mark.parametrize("name", ["datum.x", "12", "null", "true", "__proto__", "x", "😀", "'"])
def test_short_odd_names_too(name: str) -> None:
    shown = Panel(name, name, log=False, lines=(line([1, 2], name), line([2, 3], name)))
    assert (
        texts(draw(picture([shown], title=name, subtitle=[name, name]))).count(name) == 5
    )  # the second line of a subtitle is no text of its own


def test_a_picture_tells_the_points_and_no_more() -> None:
    spec = picture([panel(line([0.5, np.nan, 1 / 3], x=[0, 10, 20]))], title="t", subtitle="")
    assert spec["concat"][0]["layer"][0]["data"]["values"] == "series,x,y\n0,0,.5\n0,10,\n0,20,.333333"


def test_far_steps_keep_all_their_digits() -> None:
    far = [2.0**53 - 1, 2.0**53]
    spec = picture([panel(line([1, 2], x=far))], title="t", subtitle="")
    assert [float(found["x"]) for found in rows(spec)] == far


def test_many_points_are_thinned_and_shared_out_fairly() -> None:
    long = [line(np.sin(np.arange(5000) / 50), str(number)) for number in range(3)]
    spec = picture([panel(line(range(7), "short"), *long)], title="t", subtitle="", points=607)
    counts = np.bincount([int(found["series"]) for found in rows(spec)])
    assert counts[0] == 7
    assert counts.sum() <= 607
    assert min(counts[1:]) > 150
    assert len(json.dumps(spec)) < 607 * 16 + 4000


def test_digits_are_enough_for_nearly_constant_values() -> None:
    values = 1e9 + 1e-3 * np.sin(np.arange(100) / 9)
    spec = picture([panel(line(values))], title="t", subtitle="")
    drawn = np.array([float(found["y"]) for found in rows(spec)])
    assert np.abs(drawn - values).max() < 1e-6
    assert "loss − 1000000000" in texts(draw(spec))  # noqa: RUF001 - a minus


def test_faint_lines_are_behind_and_have_no_label() -> None:
    spec = picture([panel(line([1, 2], "now"), line([3, 4], "before", faint=True))], title="t", subtitle="")
    assert [found["label"] for found in ends(spec)] == ["now"]
    looks = spec["concat"][0]["layer"][0]["transform"][0]["from"]["data"]["values"]
    assert [look["opacity"] < 1 for look in looks] == [True, False]
    assert rows(spec)[0]["y"] == "3"


def test_labels_keep_their_distance() -> None:
    spec = picture([panel(*(line([0, 1], f"run {n}") for n in range(12)))], title="t", subtitle="")
    labelled = [found for found in ends(spec) if found["label"]]
    assert len(labelled) == 8
    low, high = spec["concat"][0]["encoding"]["y"]["scale"]["domain"]
    height = spec["concat"][0]["height"]
    at = np.sort([(found["at"] - low) / (high - low) * height for found in labelled])
    assert np.diff(at).min() > 11.9
    assert at[0] > 5.9
    assert at[-1] < height - 5.9


def test_places_move_no_more_than_they_must() -> None:
    assert apart([0.5], 0.1) == [0.5]
    assert apart([0.2, 0.8], 0.1) == [0.2, 0.8]
    assert apart([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])
    assert apart([1, 0, 1], 0.1) == pytest.approx([0.85, 0.05, 0.95])
    random = np.random.default_rng(0)
    for _ in range(200):
        places = list(random.random(random.integers(1, 8)) ** 3)
        moved = apart(places, 0.1)
        order = sorted(range(len(places)), key=places.__getitem__)
        assert all(moved[b] - moved[a] > 0.0999 for a, b in itertools.pairwise(order))
        assert min(moved) > 0.0499
        assert max(moved) < 0.9501


SHAPES: dict[str, list[Panel]] = {
    "nothing": [],
    "no line": [panel()],
    "no point": [panel(line([]))],
    "only gaps": [panel(line([np.nan, np.nan]))],
    "only gaps, log": [panel(line([np.nan]), log=True)],
    "one point": [panel(line([3.5]))],
    "one step": [panel(line([3, 4, 5], x=[7, 7, 7]))],
    "constant": [panel(line([3, 3, 3]))],
    "nought": [panel(line([0, 0]))],
    "constant, log": [panel(line([3, 3]), log=True)],
    "below nought, log": [panel(line([1, -1, 0, 100, np.nan, 0.01]), log=True)],
    "all below nought, log": [panel(line([-1, 0, -3]), log=True)],
    "tiny": [panel(line([1e-300, 2e-300]))],
    "denormal": [panel(line([5e-324, 1e-323, 0]))],
    "huge": [panel(line([-1.7e308, 1.7e308]))],
    "as wide as can be, log": [panel(line([5e-324, 1.7e308]), log=True)],
    "far steps": [panel(line([1, 2], x=[-(2.0**53), 2.0**53]))],
    "times": [panel(line([1, 2], x=[0.5, 0.75]))],
    "many panels": [panel(line([n]), title=f"m{n}") for n in range(4)],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_was_logged_can_be_drawn(shape: str) -> None:
    spec = picture(SHAPES[shape], title="run", subtitle="FINISHED")
    if spec["concat"]:
        shown = texts(draw(spec))
        assert "run" in shown
        assert not {"NaN", "null", "undefined", "Infinity"}.intersection(shown)


def test_what_a_log_axis_has_no_place_for_is_a_gap() -> None:
    spec = picture([panel(line([1, -1, 0, 100]), log=True)], title="t", subtitle="")
    assert [found["y"] for found in rows(spec)] == ["1", "", "", "100"]
    assert spec["concat"][0]["encoding"]["y"]["scale"]["type"] == "log"


def test_panels_that_are_not_drawn_are_told() -> None:
    spec = picture([panel(line([1]))] * 20, title="t", subtitle="FINISHED", most=6)
    assert len(spec["concat"]) == 6
    assert spec["title"]["subtitle"] == ["FINISHED", "14 more are not drawn"]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_picture_is_as_wide_as_a_notebook(count: int) -> None:
    lines = [line([1, 2], label) for label in ("train", "validation")]
    spec = picture([panel(*lines)] * count, title="t", subtitle="")
    width = re.search(r'width="(\d+)', draw(spec))
    assert width is not None
    assert 640 <= int(width[1]) <= 720


def test_the_users_theme_is_respected_and_the_rest_is_neutral() -> None:
    @alt.theme.register("nbtrack-test", enable=False)
    def theme() -> alt.theme.ThemeConfig:
        return {"config": {"axis": {"labelColor": "#123456"}, "background": "#fedcba", "font": "Georgia"}}

    with alt.theme.enable("nbtrack-test"):
        spec = picture([panel(line([1, 2]))], title="t", subtitle="")
    alt.theme.unregister("nbtrack-test")
    svg = draw(spec)
    assert 'fill="#fedcba"' in svg
    assert 'fill="#123456"' in svg
    assert "Georgia" in svg
    plain = picture([panel(line([1, 2]))], title="t", subtitle="")
    assert plain["config"]["background"] == "transparent"
    assert "#123456" not in json.dumps(plain)


def test_a_picture_and_the_live_panel_have_the_same_marks() -> None:
    def marks(spec: Any) -> list[Any]:
        found = [spec["mark"]] if "mark" in spec else []
        return found + [mark for layer in spec.get("layer", []) for mark in marks(layer)]

    assert marks(picture([panel(line([1, 2]))], title="t", subtitle="")["concat"][0]) == marks(template())


def test_colours_repeat_after_eight() -> None:
    assert [colour(index) for index in range(8)] == list(PALETTE)
    assert colour(8) == colour(0)
    assert len(set(PALETTE)) == 8


@pytest.mark.parametrize(
    ("smallest", "largest", "lower_is_better", "log"),
    [
        (0.02, 2.3, True, True),
        (0.03, 2.3, True, False),
        (0.0, 2.3, True, False),
        (-1.0, 100.0, True, False),
        (0.001, 1.0, False, False),
        (1.0, 300.0, None, False),
        (1e-7, 1e-3, None, True),
        (5e-324, 1.7e308, None, True),
        (None, None, True, False),
    ],
)
def test_log_where_a_linear_axis_would_hide_what_counts(
    smallest: float | None, largest: float | None, *, lower_is_better: bool | None, log: bool
) -> None:
    assert wants_log(smallest, largest, lower_is_better=lower_is_better) is log
