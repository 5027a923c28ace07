"""What a comparison says, against what MLflow itself says of the same runs."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy import stats  # type: ignore[import-untyped]

import nbtrack
from nbtrack.comparing import named
from nbtrack.comparing.beside import same
from nbtrack.comparing.comparison import Comparison
from nbtrack.comparing.source import Source
from nbtrack.errors import Invalid
from nbtrack.store.rows import INFINITE
from tests.unit.comparing.study import HOSTILE, LEARNING_RATES, ODD_METRIC

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.comparing.study import Study


def _infinite(value: float) -> float:
    return value if math.isnan(value) or abs(value) < INFINITE else math.copysign(math.inf, value)


def told_by_mlflow(study: Study, run_ids: list[str]) -> pd.DataFrame:
    """Return MLflow's own table of these runs, in this order, deleted ones too."""
    view = mlflow.entities.ViewType.ALL
    found = mlflow.search_runs([study.experiment], run_view_type=view, max_results=1000)
    return found.set_index("run_id").loc[run_ids].reset_index()


def test_the_frame_holds_what_mlflow_says(study: Study) -> None:
    run_ids = [*study.plain, *study.odd]
    ours, theirs = nbtrack.compare(run_ids).frame, told_by_mlflow(study, run_ids)
    assert list(ours["run_id"]) == run_ids
    for column in ("status", "experiment_id", "start_time", "end_time"):
        pd.testing.assert_series_equal(ours[column], theirs[column], check_dtype=False)
    assert list(ours["name"]) == list(theirs["tags.mlflow.runName"])
    keys = {key for key in theirs.columns if key.startswith(("params.", "metrics."))}
    assert {key for key in ours.columns if key.startswith(("params.", "metrics."))} == keys
    assert f"metrics.{ODD_METRIC}" in keys
    for key in sorted(keys):
        # MLflow's SQL stores give infinities back as the largest float.
        expected = theirs[key].map(_infinite) if key.startswith("metrics.") else theirs[key]
        pd.testing.assert_series_equal(ours[key], expected, check_dtype=False)
    tags = {key for key in ours.columns if key.startswith("tags.")}
    assert tags == {"tags.team", "tags.same", "tags.note", "tags.mlflow.note.content"}
    for key in tags:
        assert list(ours[key].dropna()) == list(theirs[key].dropna())


def test_values_that_are_no_numbers_come_back_as_logged(study: Study) -> None:
    frame = nbtrack.compare(study.odd).frame.set_index("run_id")
    bare, infinite, hostile = study.odd
    assert math.isnan(frame.loc[infinite, "metrics.val_loss"])
    assert frame.loc[infinite, "metrics.accuracy"] == math.inf
    assert frame.loc[hostile, "metrics.accuracy"] == -math.inf
    assert frame.loc[hostile, "params.lr"] == HOSTILE
    assert frame.loc[bare, "lifecycle_stage"] == "deleted"
    assert len(frame.loc[hostile, "params.long"]) == 5001


def test_what_differs_is_what_is_not_the_same_in_all_runs(study: Study) -> None:
    compared = nbtrack.compare(study.plain)
    frame = compared.frame
    expected = {
        column
        for column in frame.columns
        if column.startswith(("params.", "metrics.", "tags.", "datasets."))
        and len(set(frame[column].map(lambda value: None if value is None else same(value)))) > 1
    }
    assert set(compared.differs.index) == expected | {"source"}
    assert expected == {
        "params.lr", "params.seed", "params.flag", "metrics.val_loss", "metrics.accuracy", "tags.team",
        "datasets.heart · training",
    }  # fmt: skip
    row = compared.differs.loc["metrics.val_loss"]
    assert list(row) == list(frame["metrics.val_loss"])
    assert list(row.index) == [f"run-{number}" for number in range(12)]


def test_numbers_are_compared_as_numbers(study: Study) -> None:
    two = [study.plain[0], study.plain[4]]
    assert list(nbtrack.compare(two).frame["params.lr"]) == ["1e-3", "0.001"]
    assert "params.lr" not in nbtrack.compare(two).differs.index
    for one, other in (
        ("1", "1.0"),
        ("-0", "0"),
        ("1E3", "1000"),
        (" 2", "2"),
        ("inf", "Infinity"),
    ):
        assert same(one) == same(other), one
    for one, other in (("1", "True"), ("1_0", "10"), ("", "0"), ("12345678901234567", "12345678901234568")):
        assert same(one) != same(other), one


def test_texts_that_differ_behind_their_thousandth_character_differ(study: Study) -> None:
    differs = nbtrack.compare(study.odd[1:]).differs
    assert "params.long" in differs.index
    assert differs.loc["params.long"].nunique() == 2


def test_runs_that_lack_something_differ_in_it(study: Study) -> None:
    differs = nbtrack.compare(study.plain[0], study.odd[0]).differs
    assert differs.loc["params.depth"].tolist() == ["3", None]
    assert differs.loc["metrics.val_loss"].tolist() == [pytest.approx(1 / 20), None]


def test_runs_of_one_name_are_told_apart(study: Study) -> None:
    names = nbtrack.compare(study.children).differs.columns
    assert list(names) == [f"same name ({run_id[:8]})" for run_id in study.children]


def test_the_metric_that_counts_is_one_that_most_runs_have(study: Study) -> None:
    assert nbtrack.compare(study.plain).metric == "val_loss"
    assert nbtrack.compare(study.children).metric == "accuracy"
    assert nbtrack.compare(study.plain, metric="accuracy").metric == "accuracy"


def test_noise_is_told_as_scipy_tells_it(study: Study) -> None:
    compared = nbtrack.compare(study.plain)
    compared_lr = nbtrack.compare([run for run in study.plain if study.plain.index(run) % 2 == 0])
    noise = compared_lr.noise("val_loss", seeds=["seed"])
    assert noise["n"].sum() == 6
    # «1e-3» and «0.001» are one configuration, with data and flag the same.
    assert len(noise) == 2
    first, second = noise["run_ids"]
    told = told_by_mlflow(study, [*first, *second]).set_index("run_id")["metrics.val_loss"]
    welch = stats.ttest_ind(told[second], told[first], equal_var=False)
    low, high = welch.confidence_interval(0.95)
    row = noise.iloc[1]
    assert row["difference"] == pytest.approx(told[second].mean() - told[first].mean())
    assert (row["difference_low"], row["difference_high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["p"] == pytest.approx(welch.pvalue)
    assert "better" in row["verdict"]
    assert compared.noise().attrs["metric"] == "val_loss"


def test_noise_is_measured_from_the_baseline(study: Study) -> None:
    runs = [study.plain[number] for number in (0, 6, 2, 8)]
    noise = nbtrack.compare(runs, baseline=study.plain[2]).noise("val_loss")
    assert noise["run_ids"][0] == [study.plain[2], study.plain[8]]
    assert math.isnan(noise["difference"][0])
    assert noise["difference"][1] == pytest.approx(0.1)


def test_importance_names_the_param_that_mattered(study: Study) -> None:
    frame = nbtrack.compare(study.plain).importance("val_loss")
    assert frame["param"][0] == "lr"
    assert (frame["low"] <= frame["importance"]).all()
    assert frame.attrs["score"] > 0.3
    with pytest.raises(Invalid, match="12 runs or more are needed; there are 4"):
        nbtrack.compare(study.plain[:4]).importance("val_loss")


def test_the_selection_is_heard_of_and_must_be_among_the_runs(study: Study) -> None:
    compared = nbtrack.compare(study.plain)
    heard: list[Any] = []
    compared.observe(lambda change: heard.append(change["new"]), "selected")
    compared.selected = study.plain[3:5]
    assert heard == [study.plain[3:5]]
    assert list(compared.selected_frame["run_id"]) == study.plain[3:5]
    assert list(compared.selected_frame["params.seed"]) == ["1", "1"]
    with pytest.raises(Invalid, match="not among these"):
        compared.selected = study.odd
    assert compared.selected == study.plain[3:5]


def test_a_curve_is_what_mlflow_has_logged(study: Study) -> None:
    chart = nbtrack.compare(study.plain[:2]).chart("curves", metric="val_loss").to_dict()
    layer = chart["layer"][0]
    rows = [line.split(",") for line in layer["data"]["values"].split("\n")[1:]]
    for series, run_id in enumerate(study.plain[:2]):
        history = study.client.get_metric_history(run_id, "val_loss")
        mine = [(float(x), float(y)) for number, x, y in rows if int(number) == series]
        np.testing.assert_allclose(mine, [(point.step, point.value) for point in history], rtol=1e-4)


def test_a_curve_over_time_begins_with_its_run(study: Study) -> None:
    chart = nbtrack.compare(study.plain[:2]).chart("curves", x="time").properties(width=300).to_dict()
    rows = [line.split(",") for line in chart["layer"][0]["data"]["values"].split("\n")[1:]]
    assert [float(x) for number, x, _ in rows if number == "1"] == pytest.approx(
        [0.01 * n for n in range(20)]
    )
    assert (chart["width"], chart["encoding"]["x"]["title"]) == (300, "seconds since the run began")


def test_lines_of_the_same_colour_are_dashed(study: Study, tmp_path: Path) -> None:
    compared = nbtrack.compare(study.plain)
    lines = len(study.plain)
    assert 8 < lines <= 16
    compared.save(tmp_path / "curves.svg")
    paths = re.findall(r"<path [^>]*stroke-width=\"1.75\"[^>]*>", (tmp_path / "curves.svg").read_text())
    looks = {
        (re.findall(r'stroke="(#\w+)"', path)[0], 'stroke-dasharray="6,4"' in path)
        for path in paths
        if 'stroke-dasharray="1,0"' in path or 'stroke-dasharray="6,4"' in path
    }
    assert len(looks) == lines
    assert "strokeDash" not in str(nbtrack.compare(study.plain[:8]).chart("curves").to_dict())


def test_a_chart_that_is_none_is_refused_with_those_there_are(study: Study) -> None:
    compared = nbtrack.compare(study.plain[:2])
    with pytest.raises(Invalid, match=r"'pie'.*curves"):
        compared.chart("pie")
    with pytest.raises(Invalid, match=r"no option `y`.*metric, x"):
        compared.chart("curves", y="lr")
    with pytest.raises(Invalid, match=r"x='step'"):
        compared.chart("curves", x="epochs")
    with pytest.raises(Invalid, match="no metric"):
        nbtrack.compare(study.odd[0], study.sweep).chart("curves")


def test_each_run_is_a_dot_of_the_scatter(study: Study) -> None:
    compared = nbtrack.compare(study.plain)
    compared.selected = study.plain[:1]
    chart = compared.chart("scatter", x="seed", y="metrics.accuracy", color="params.flag").to_dict()
    (rows,) = chart["datasets"].values()
    frame = compared.frame
    assert [row["x"] for row in rows] == [float(seed) for seed in frame["params.seed"]]
    assert [row["y"] for row in rows] == list(frame["metrics.accuracy"])
    assert [row["color"] for row in rows] == list(frame["params.flag"])
    assert [row["run_id"] for row in rows if row["selected"]] == study.plain[:1]
    with pytest.raises(Invalid, match="Did you mean params"):
        compared.chart("scatter", x="params.sed")


def test_the_other_charts_have_their_data_too(study: Study) -> None:
    compared = nbtrack.compare(study.plain)
    box = compared.chart("box", metric="accuracy", by="lr").to_dict()
    assert sorted(row["y"] for row in box["datasets"]["rows"]) == sorted(compared.frame["metrics.accuracy"])
    lines = compared.chart("parallel", axes=["lr", "seed", "val_loss"]).to_dict()["datasets"]["lines"]
    assert len(lines) == 12 * 3
    intervals = compared.chart("interval", metric="val_loss").to_dict()["datasets"]["rows"]
    assert [row["mean"] for row in intervals] == list(compared.noise("val_loss")["mean"])
    assert compared.chart("scatter").to_dict()["encoding"]["y"]["title"] == "val_loss"


def test_a_store_of_another_kind_is_read_by_mlflows_client(study: Study) -> None:
    by_sql = nbtrack.compare(study.plain)
    source = Source(study.uri)
    source._store.file = None
    assert [named.one(source, word, "churn") for word in ("run-1", study.plain[2][:7])] == study.plain[1:3]
    by_client = Comparison(source, study.plain, baseline=None, metric=None, said="")
    pd.testing.assert_frame_equal(by_client.frame, by_sql.frame)
    pd.testing.assert_frame_equal(by_client.noise(), by_sql.noise())
    assert by_client.shot().payload["snapshot"]["histories"] == by_sql.shot().payload["snapshot"]["histories"]


def test_learning_rates_are_as_the_study_says() -> None:
    assert len({same(rate) for rate in LEARNING_RATES}) == 2
