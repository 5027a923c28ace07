"""Charts of compared runs: their definitions, their rows, and both together; drawn, and looked at as SVG."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path
from typing import Any

import altair as alt
import pytest
import vl_convert

from nbtrack import noise, welch
from nbtrack.charts import PALETTE
from nbtrack.errors import Invalid
from nbtrack.numerals import number_of, shown
from nbtrack.panel import template as panel_template
from nbtrack.plots import columns, definitions, drawn, kept, rows
from nbtrack.plots.columns import column

OLDEST = vl_convert.get_vegalite_versions()[0]
GOLDEN = Path(__file__).parents[1] / "contract" / "plots.json"
HOSTILE = """<script>alert(1)</script> a/b.c[0]['d'] "e" $f ${g} datum.x \\n {{h}} é"""
NAMES = ["constructor", "datum.x", "12", "null", "__proto__", "'\"", "😀", HOSTILE]


def compared(
    params: dict[str, list[str | None]] | None = None,
    metrics: dict[str, list[Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return an answer of the store's call `compare`, as far as charts look at it."""
    values = [*(params or {}).values(), *(metrics or {}).values()]
    number = len(values[0]) if values else 0
    runs = [{"run_id": f"{place:032x}", "name": f"run {place}"} for place in range(number)]
    return {"runs": runs, "params": params or {}, "metrics": metrics or {}, "datasets": {}, **more}


def odd() -> dict[str, Any]:
    """Return runs with one of everything that is odd; the page's tests read it too."""
    answer = compared(
        {
            "lr": ["1e-3", "0.01", "0.1", "1", None, " .5 "],
            "depth": ["3", "12", "-1", "nan", "3", "3.0"],
            "optimizer": ["sgd", "adam", "SGD", "adam", None, "lion"],
            "size": ["10", "9", "auto", "1e1", "9", "é😀"],
            "nesterov": ["True", "False", "True", None, None, "True"],
            "same": ["a"] * 6,
            "__proto__": ["x", None, None, None, None, None],
            HOSTILE: ["<b>", "${x}", "<b>", "<b>", "<b>", None],
            "gone": ["nan", "inf", "-Infinity", None, None, None],
        },
        {
            "val_acc": [0.91, 0.905, "NaN", 0.92, 0.1, "Infinity"],
            "loss": [1e-7, 12.3456, 1234567, 0, -0.00012345, None],
            "flat": [2.5, 2.5, 2.5, 2.5, 2.5, 2.5],
            "far": [1.7e308, -1.7e308, 5e-324, 1, None, 0],
        },
    )
    answer["runs"][3]["name"] = None
    return answer


def draw(spec: dict[str, Any]) -> str:
    """Draw it with the oldest Vega-Lite 5 there is here; return the SVG."""
    text = json.dumps(spec, allow_nan=False)
    return vl_convert.vegalite_to_svg(text, vl_version=OLDEST, allowed_base_urls=[])


def texts(svg: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def spec_of(chart: alt.LayerChart) -> dict[str, Any]:
    """Return a chart as Vega-Lite 5; it fails for what Altair does not hold for valid."""
    spec: dict[str, Any] = chart.to_dict(validate=True)
    return {**spec, "$schema": kept.template("scatter")["$schema"]}


@pytest.mark.parametrize("kind", definitions.KINDS)
def test_the_kept_charts_are_those_that_altair_makes(kind: str) -> None:
    with alt.theme.enable("dark"):
        made = definitions.KINDS[kind]().to_dict(context={"top_level": False, "pre_transform": False})
    file = Path(definitions.__file__).with_name(f"{kind}.json")
    if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
        file.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == made
    assert kept.template(kind) == {"$schema": panel_template()["$schema"], **made}


def test_another_kind_is_refused() -> None:
    for kind in ("", "pie", "../panel", "panel.json"):
        with pytest.raises(Invalid, match="no chart"):
            kept.template(kind)


def test_each_template_is_a_copy() -> None:
    kept.template("scatter")["encoding"]["x"]["title"] = "lr"
    assert kept.template("scatter")["encoding"]["x"]["title"] is None


def filled(value: Any, data: dict[str, Any]) -> Any:
    """Return a template with rows for its data sets, as the page does."""
    if isinstance(value, dict):
        name: str = value.get("name", "")
        is_data = set(value) == {"name"} and name in data
        return {"values": data[name]} if is_data else {key: filled(one, data) for key, one in value.items()}
    return [filled(one, data) for one in value] if isinstance(value, list) else value


def test_the_band_is_behind_the_lines_of_the_panel() -> None:
    band, panel = kept.template("band"), panel_template()
    assert band["layer"].pop(0)["data"] == {"name": "bands"}
    assert band == panel
    point = {"series": 0, "color": PALETTE[0], "opacity": 1, "label": "", "last": False}
    data = {
        "points": [{**point, "x": x, "y": x} for x in range(4)],
        "bands": [{**point, "x": x, "low": x - 1 if x != 1 else None, "high": x + 1} for x in range(4)],
    }
    svg = draw(filled(kept.template("band"), data))
    (area,) = re.findall(rf'<path[^>]* d="(M[^"]*)"[^>]*fill="{PALETTE[0]}"[^>]*opacity="0.2"', svg)
    assert area.count("M") == 2, "a gap where there is no interval"
    assert len(re.findall(rf'stroke="{PALETTE[0]}"', svg)) == 1


def sweep(*, seeds: int = 3) -> dict[str, Any]:
    """Return runs of three learning rates, with seeds, and a fourth without."""
    lrs = ["0.1", "0.01", "0.001"]
    runs = [(lr, seed) for lr in lrs for seed in range(seeds)]
    accuracy = [0.9 + 0.01 * lrs.index(lr) + 0.002 * seed for lr, seed in runs]
    return compared(
        {"lr": [*(lr for lr, _ in runs), None], "seed": [*(str(seed) for _, seed in runs), "0"]},
        {"acc": [*accuracy, 0.5]},
    )


def test_the_rows_are_those_that_the_page_makes() -> None:
    """The golden answers, which jest reads too. NBTRACK_UPDATE_CONTRACT=1 writes them anew."""
    welch.prepare()
    answer, judged = odd(), noise.judged(sweep(), "acc")
    some = [run["run_id"] for run in answer["runs"][:2]]

    def told(name: str) -> dict[str, Any]:
        what = column(answer, name)
        return {"type": what.kind, "log": what.log, "order": list(what.order), "places": what.places()}

    def of_scatter(x: str, y: str, color: str | None, selected: list[str]) -> dict[str, Any]:
        found = rows.scatter(answer, x, y, color, selected)
        return {"x": x, "y": y, "color": color, "selected": selected, "rows": found}

    def of_parallel(names: list[str], color: str | None, selected: list[str]) -> dict[str, Any]:
        lines, axes = rows.parallel(answer, names, color, selected)
        return {"names": names, "color": color, "selected": selected, "lines": lines, "axes": axes}

    numbers = "1e-3|0.001| 5 |.5|5.|-2|+3E4|1e999|nan|NaN|inf|-Infinity|||0x10|1_000|1,5|--1|e5|.|1e|٣|True"
    values: list[float | str] = [
        0,
        1,
        -1.5,
        0.1,
        1234.5,
        12345.6,
        999999.4,
        1e6,
        1e-3,
        0.00099999,
        5e-324,
        -1e308,
        2.5e-5,
        1e21,
    ]
    names = [f"params.{key}" for key in answer["params"]] + [f"metrics.{key}" for key in answer["metrics"]]
    found = {
        "numbers": [[text, say(number_of(text))] for text in numbers.split("|")],
        "shown": [[value, shown(value)] for value in [*values, "NaN", "Infinity", "-Infinity"]],
        "compared": answer,
        "columns": {name: told(name) for name in names},
        "axes": [[metric, columns.axes(answer, metric)] for metric in ("val_acc", None)],
        "scatter": [
            of_scatter("params.lr", "metrics.val_acc", "metrics.loss", some),
            of_scatter("params.optimizer", "metrics.loss", None, []),
            of_scatter("params.lr", "params.depth", "params.size", []),
        ],
        "parallel": [
            of_parallel(["params.lr", "params.optimizer", "metrics.val_acc"], None, some),
            of_parallel([name for name in names if name != "params.__proto__"], "params.nesterov", []),
        ],
        "box": [
            {"metric": "val_acc", "by": by, "rows": rows.box(answer, "val_acc", by)}
            for by in ("params.depth", "params.optimizer", "params.size")
        ],
        "judged": judged,
        "interval": rows.interval(judged),
    }
    text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
    if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    assert rounded(text) == rounded(GOLDEN.read_text(encoding="utf-8"))


def say(number: float | None) -> float | str | None:
    """Return a number as JSON can say it."""
    if number is None or abs(number) < float("inf"):
        return number
    return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"  # noqa: PLR0124


def rounded(text: str) -> Any:
    """Read JSON without the digits in which processors differ."""
    return json.loads(text, parse_float=lambda found: float(f"{float(found):.9g}"))


def test_places_on_parallel_axes() -> None:
    answer = odd()
    assert column(answer, "params.lr").places() == pytest.approx([0, 1 / 3, 2 / 3, 1, None, 0.8996566681])
    assert column(answer, "params.depth").places() == pytest.approx([4 / 13, 1, 0, None, 4 / 13, 4 / 13])
    assert column(answer, "params.optimizer").order == ["SGD", "adam", "lion", "sgd"]
    assert column(answer, "params.size").order == ["9", "10", "1e1", "auto", "é😀"]
    assert column(answer, "params.nesterov").places() == [1, 0, 1, None, None, 1]
    assert column(answer, "params.same").places() == [0.5] * 6
    assert column(answer, "params.gone").order == ["-Infinity", "inf", "nan"], "of no finite one, texts"
    assert column(answer, "metrics.val_acc").texts[2] == "NaN"
    assert column(answer, "metrics.val_acc").places()[2] is None
    far = column(compared({}, {"far": [-1.7e308, 0, 1.7e308]}), "metrics.far")
    assert far.places() == [0, 0.5, 1]
    assert not far.log


def test_axes_are_what_differs_and_the_metric_last() -> None:
    params: dict[str, list[str | None]] = {f"p{number}": [str(number), "x"] for number in range(9)}
    answer = compared({**params, "few": ["1", None], "same": ["1", "1.0"]}, {"acc": [0.5, 0.6]})
    assert columns.axes(answer, "acc") == [*(f"params.p{number}" for number in range(7)), "metrics.acc"]
    assert "params.few" in columns.axes(answer, "acc", most=20)
    assert "params.same" not in columns.axes(answer, "acc", most=20)
    paths: list[str | None] = [f"run {number}" for number in range(21)]
    many = compared({"path": paths, "lr": [str(number) for number in range(21)]})
    assert columns.axes(many, None) == ["params.lr"]


def test_a_column_that_is_not_there_is_refused() -> None:
    for name in ("params.none", "metrics", "runs.name", "tags.x", "", "datasets.x"):
        with pytest.raises(Invalid, match="No run has"):
            column(odd(), name)


def test_names_of_groups_are_never_the_same() -> None:
    def group(**config: str | None) -> dict[str, Any]:
        return {"config": config, "datasets": {}}

    long = "x" * 50
    found = rows.labels(
        [group(a="1", b=None), group(a=f"{long}1"), group(a=f"{long}2"), group(a=long), group()]
    )
    assert found[0] == "a = 1, b = not set"
    assert found[1:4] == [f"a = {'x' * 40}…", f"a = {'x' * 40}… (2)", f"a = {'x' * 40}… (3)"]
    assert found[4] == "all runs"


def test_a_scatter_has_a_dot_for_each_run_with_both_values() -> None:
    chart = drawn.scatter(odd(), "params.lr", "metrics.val_acc", "metrics.loss", ["0" * 32])
    svg = draw(spec_of(chart))
    assert {"lr", "val_acc", "loss"} <= set(texts(svg))
    plot = svg.partition("mark-symbol")[2].partition('role-legend"')[0]
    opacities = re.findall(r'<path[^>]*opacity="(0\.15|0\.85)"', plot)
    assert sorted(opacities) == ["0.15", "0.15", "0.85"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_literal_text(name: str) -> None:
    answer = compared({name: ["a", "b", name]}, {name: [1, 2, 3]})
    answer["runs"][0]["name"] = name
    shown_at = texts(
        draw(spec_of(drawn.scatter(answer, f"params.{name}", f"metrics.{name}", f"params.{name}")))
    )
    assert {
        text.rstrip("…") for text in shown_at if text.rstrip() == name or name.startswith(text.rstrip("…"))
    }
    lines = texts(draw(spec_of(drawn.parallel(answer, [f"params.{name}", f"metrics.{name}"]))))
    assert {"a", "b"} & set(lines)
    assert any(name.startswith(text.rstrip("…")) for text in lines if text)
    boxes = texts(draw(spec_of(drawn.box(answer, name, f"params.{name}"))))
    assert name in {text.rstrip() for text in boxes}


def test_nothing_of_a_store_is_in_an_expression() -> None:
    mark = "zz9"
    answer = compared({f"p{mark}": [f"a{mark}", f"b{mark}"]}, {f"m{mark}": [1, 2]})
    param, metric = f"params.p{mark}", f"metrics.m{mark}"
    for chart in (
        drawn.scatter(answer, param, metric, param),
        drawn.parallel(answer, [param, metric]),
        drawn.box(answer, f"m{mark}", param),
    ):
        vega = vl_convert.vegalite_to_vega(json.dumps(spec_of(chart)), vl_version=OLDEST)
        assert mark in json.dumps(vega)
        assert [text for text in expressions(vega) if mark in text] == []


def expressions(value: Any) -> list[str]:
    """Return all that Vega takes for code."""
    if isinstance(value, list):
        return [text for one in value for text in expressions(one)]
    if not isinstance(value, dict):
        return []
    code = {"signal", "expr", "update", "test", "init", "tooltip", "description"}
    found = [one for key, one in value.items() if key in code and isinstance(one, str)]
    return found + [text for one in value.values() for text in expressions(one)]


def test_a_log_axis_where_values_span_decades() -> None:
    chart = spec_of(drawn.scatter(odd(), "params.lr", "metrics.val_acc"))
    assert chart["encoding"]["x"]["scale"]["type"] == "log"
    assert "type" not in chart["encoding"]["y"]["scale"]
    nominal = spec_of(drawn.scatter(odd(), "params.size", "params.lr"))["encoding"]["x"]
    assert nominal["axis"]["labelAngle"] < 0
    assert "0.00000" not in texts(draw(chart))


def test_parallel_lines_break_where_a_run_has_no_value() -> None:
    names = ["params.depth", "params.optimizer", "params.lr", "metrics.flat", "metrics.loss"]
    svg = draw(spec_of(drawn.parallel(odd(), names, color="metrics.flat")))
    found = re.findall(r'<path[^>]* d="(M[^"]*)"[^>]*stroke-width="1.25"', svg)
    assert sorted(path.count("M") for path in found) == [1, 1, 1, 1, 1, 2]
    assert {"depth", "-1", "12", "SGD", "sgd"} <= set(texts(svg))


def test_intervals_and_boxes() -> None:
    welch.prepare()
    svg = draw(spec_of(drawn.interval(noise.judged(sweep(), "acc"))))
    assert {"acc", "lr = 0.1", "lr = 0.01", "lr = 0.001", "lr = not set"} <= set(texts(svg))
    box = texts(draw(spec_of(drawn.box(sweep(), "acc", "params.lr"))))
    assert [text for text in box if text.startswith(("0.0", "0.1", "not")) and text[-1] in "1t"] == [
        "0.001", "0.01", "0.1", "not set",
    ]  # fmt: skip


SHAPES: dict[str, dict[str, Any]] = {
    "nothing": compared({"a": []}, {"m": []}),
    "one run": compared({"a": ["x"]}, {"m": [1.0]}),
    "no value": compared({"a": [None, None]}, {"m": [None, "NaN"]}),
    "all the same": compared({"a": ["1", "1"]}, {"m": [0, 0]}),
    "huge": compared({"a": ["-1.7e308", "1.7e308"]}, {"m": [1.7e308, -1.7e308]}),
    "tiny": compared({"a": ["5e-324", "1"]}, {"m": [5e-324, 1e-323]}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_was_logged_can_be_drawn(shape: str) -> None:
    answer = SHAPES[shape]
    for chart in (
        drawn.scatter(answer, "params.a", "metrics.m", "metrics.m"),
        drawn.parallel(answer, ["params.a", "metrics.m"]),
        drawn.box(answer, "m", "params.a"),
    ):
        assert not {"NaN", "undefined", "Infinity"}.intersection(texts(draw(spec_of(chart))))
