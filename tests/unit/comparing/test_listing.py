"""Lists of runs, against MLflow's."""

from __future__ import annotations

import html
import math
import re
import shlex
from typing import TYPE_CHECKING, Any

import mlflow
import nbformat
import pytest
from nbconvert import HTMLExporter

import nbtrack
from nbtrack.comparing import selection
from nbtrack.errors import Invalid, NotFound
from nbtrack.numerals import shown
from nbtrack.picture import printable

if TYPE_CHECKING:
    from tests.unit.comparing.study import Study

FURTHEST = 1e308  # SQLite has no infinity, and MLflow says what it has


def test_without_a_word_the_runs_of_the_experiment_are_listed_newest_first(study: Study) -> None:
    listed = nbtrack.runs()
    assert listed.run_ids == list(mlflow.search_runs([study.experiment])["run_id"])
    assert list(listed.frame["run_id"]) == listed.run_ids
    assert len(listed) == 14


def test_filter_order_and_number_are_mlflows(study: Study) -> None:
    wish: dict[str, Any] = {"order_by": "metrics.accuracy DESC", "max_results": 3}
    expected = mlflow.search_runs(
        [study.experiment], "params.lr = '0.01'", order_by=["metrics.accuracy DESC"]
    )
    assert nbtrack.runs("params.lr = '0.01'", **wish).run_ids == list(expected["run_id"])[:3]


def test_runs_of_a_notebook_and_of_a_cell(study: Study) -> None:
    assert nbtrack.runs(notebook="study.ipynb").run_ids == study.plain[::-1]
    assert nbtrack.runs(cell="train").run_ids == study.plain[::-2]
    assert nbtrack.runs(cell=["train", "other"]).run_ids == study.plain[::-1]
    assert nbtrack.runs(cell="nowhere").run_ids == []


def test_runs_of_another_experiment(study: Study) -> None:
    assert nbtrack.runs(experiment="sweeps").run_ids == [*study.children[::-1], study.sweep]
    mlflow.set_experiment("sweeps")
    assert nbtrack.runs().run_ids == [*study.children[::-1], study.sweep]


def test_what_the_page_asks_for_is_what_was_listed(study: Study) -> None:
    shot = nbtrack.runs("params.lr = '0.01'", order_by="metrics.accuracy ASC", max_results=20).shot()
    assert shot.payload["query"] == {
        "experiment_ids": [study.experiment],
        "notebook": None,
        "cell_ids": None,
        "filter": "params.lr = '0.01'",
        "order_by": "metrics.accuracy ASC",
        "max": 20,
    }
    said = ["%track_runs", "params.lr = '0.01'", "--experiment", "churn"]
    assert shlex.split(shot.payload["said"]) == [*said, "--order-by", "metrics.accuracy ASC", "--max", "20"]
    assert (shot.payload["kind"], len(shot.payload["run_ids"]), shot.spec) == ("runs", 4, None)
    assert "4 runs in the experiment churn" in shot.text


def test_a_run_that_came_later_can_be_selected(study: Study) -> None:
    late = mlflow.set_experiment("late").experiment_id
    study.client.create_run(late)
    listed = nbtrack.runs()
    new = study.client.create_run(late).info.run_id
    selection.hear({"selected": {"key": listed.key, "run_ids": [new]}})
    assert listed.selected == [new]
    selection.hear({"selected": {"key": listed.key, "run_ids": study.plain[:1]}})
    assert listed.selected == [new]


def test_no_runs_are_an_empty_table(study: Study) -> None:
    listed = nbtrack.runs("params.depth = '9'")
    assert (len(listed), listed.frame.shape[0], study.experiment != "") == (0, 0, True)
    assert "0 runs" in repr(listed)
    assert "text/html" in listed._repr_mimebundle_()[0]


def test_a_list_shows_its_runs_where_nobody_draws_it(study: Study) -> None:
    data = nbtrack.runs(order_by="metrics.accuracy DESC")._repr_mimebundle_()[0]
    cell = nbformat.v4.new_code_cell("c", outputs=[nbformat.v4.new_output("display_data", data)])
    exporter = HTMLExporter(template_name="lab")  # type: ignore[no-untyped-call]
    page, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    table = page[page.index("<table>") : page.index("</table>")]
    frame = mlflow.search_runs([study.experiment], order_by=["metrics.accuracy DESC"])
    names = re.findall(r'<th scope="row">(.*?)</th>', table)
    assert [html.unescape(name)[:50] for name in names] == [
        printable(name)[:50] for name in frame["tags.mlflow.runName"]
    ]
    heads = [html.unescape(head) for head in re.findall(r'<th scope="col">(.*?)</th>', table)]
    assert {"accuracy", "lr", "started (UTC)"} <= set(heads)
    at = heads.index("accuracy") - 1
    found = [re.findall("<td>(.*?)</td>", line)[at] for line in table.split("<tr>")[2:]]
    assert [re.sub(r"</?b>|\(best\)", "", text).strip() for text in found] == [
        "" if math.isnan(value) else shown(math.copysign(math.inf, value) if abs(value) > FURTHEST else value)
        for value in frame["metrics.accuracy"]
    ]
    assert "<script" not in table


def test_one_run_is_shown_with_all_that_it_has(study: Study) -> None:
    table = nbtrack.runs(max_results=1).shot().html
    assert "lr" in re.findall(r'<th scope="col">(.*?)</th>', table), study


@pytest.mark.parametrize(
    ("options", "error", "parts"),
    [
        ({"experiment": "chrun"}, NotFound, ["chrun", "churn"]),
        ({"experiment": "churn", "cell": "x"}, Invalid, ["experiment and cell", "Name one"]),
        ({"notebook": True}, Invalid, ["%load_ext nbtrack"]),
        ({"max_results": 0}, Invalid, ["1 to 10,000"]),
        ({"filter": "nonsense"}, Invalid, ["For example"]),
        ({"order_by": "nonsense.x"}, Invalid, ["For example"]),
    ],
)
def test_an_error_says_what_to_type(
    study: Study, options: dict[str, Any], error: type[Exception], parts: list[str]
) -> None:
    assert study.plain
    with pytest.raises(error) as caught:
        nbtrack.runs(**options)
    assert [part for part in parts if part not in str(caught.value)] == []
