"""Which runs are compared: everything that a user may call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mlflow
import pytest

import nbtrack
from nbtrack.errors import Invalid, NotFound
from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.comparing.study import Study


def test_runs_are_called_by_id_by_its_beginning_and_by_name(study: Study) -> None:
    one, two, three = study.plain[:3]
    assert nbtrack.compare(two, one[:9], "run-2").run_ids == [two, one, three]


def test_runs_come_as_mlflows_own_objects_and_tables(study: Study) -> None:
    table = mlflow.search_runs([study.experiment], order_by=["attributes.start_time ASC"])
    active = table[table["tags.same"] == "x"]
    assert nbtrack.compare(active).run_ids == study.plain
    entities = [study.client.get_run(run_id) for run_id in study.plain[:2]]
    assert nbtrack.compare(*entities).run_ids == study.plain[:2]
    assert nbtrack.compare([study.plain[0], [entities[1]]], entities[0]).run_ids == study.plain[:2]


def test_what_is_selected_in_one_table_can_be_compared(study: Study) -> None:
    listed = nbtrack.runs()
    listed.selected = study.plain[4:6]
    assert nbtrack.compare(listed).run_ids == study.plain[4:6]
    listed.selected = []
    assert nbtrack.compare(listed).run_ids == listed.run_ids


def test_the_last_runs_come_in_the_order_in_which_they_began(study: Study) -> None:
    assert nbtrack.compare(last=3).run_ids == [study.plain[-1], *study.odd[1:]]
    assert nbtrack.compare(last=2, filter="params.seed = '1'").run_ids == study.plain[4:6]
    assert len(nbtrack.compare().run_ids) == 10


def test_a_run_that_stands_for_a_cell_is_none_of_the_last(study: Study) -> None:
    assert nbtrack.compare(last=5, experiment="sweeps").run_ids == study.children


def test_a_filter_chooses_in_mlflows_language(study: Study) -> None:
    expected = mlflow.search_runs(
        [study.experiment], "params.lr = '0.01' AND metrics.accuracy > 0.905", order_by=["start_time ASC"]
    )
    found = nbtrack.compare(filter="params.lr = '0.01' AND metrics.accuracy > 0.905")
    assert found.run_ids == list(expected["run_id"])
    assert len(found.run_ids) == 2


def test_children_are_found_by_their_parents_id_name_or_as_the_latest(study: Study) -> None:
    assert nbtrack.compare(children=study.sweep).run_ids == study.children
    assert nbtrack.compare(children="sweep", experiment="sweeps").run_ids == study.children
    assert nbtrack.compare(children=True, experiment="sweeps").run_ids == study.children


def test_a_baseline_is_among_the_runs_and_first_of_what_differs(study: Study) -> None:
    compared = nbtrack.compare(*study.plain[:2], baseline="run-5")
    assert (compared.run_ids, compared.baseline) == ([*study.plain[:2], study.plain[5]], study.plain[5])
    assert list(compared.differs.columns) == ["run-5", "run-0", "run-1"]


@pytest.mark.parametrize(
    ("asked", "options", "error", "parts"),
    [
        (["run-00"], {}, NotFound, ["run-00", "churn", "Did you mean run-0"]),
        (["f" * 32, "e" * 32], {}, NotFound, ["f" * 32, "another store", "--also STORE"]),
        (["same name"], {"experiment": "sweeps"}, Invalid, ["4 runs", "by its id"]),
        ([], {"experiment": "chrun"}, NotFound, ["chrun", "Did you mean churn"]),
        ([], {"filter": "params.depth = '9'"}, NotFound, ["params.depth = '9'", "churn"]),
        ([], {"filter": "params.depth ="}, Invalid, ["For example"]),
        ([], {"last": 1}, Invalid, ["no comparison", "--last"]),
        ([], {"last": 0}, Invalid, ["last=0", "last=5"]),
        ([], {"last": 3, "metric": "val_los"}, Invalid, ["val_los", "Did you mean val_loss"]),
        ([], {"children": "run-0"}, NotFound, ["children"]),
        ([3], {}, Invalid, ["3 stands for no run", "search_runs"]),
    ],
)  # fmt: skip
def test_an_error_says_what_to_type(
    study: Study, asked: list[Any], options: dict[str, Any], error: type[Exception], parts: list[str]
) -> None:
    assert study.plain
    with pytest.raises(error) as caught:
        nbtrack.compare(*asked, **options)
    assert [part for part in parts if part not in str(caught.value)] == []


def test_a_table_without_run_ids_is_refused(study: Study) -> None:
    table = mlflow.search_runs([study.experiment])[["status"]]
    with pytest.raises(Invalid, match="run_id"):
        nbtrack.compare(table)


def test_runs_of_a_store_that_nobody_named_are_not_found(study: Study, tmp_path: Path) -> None:
    listed = nbtrack.runs()
    stores.make_current(tmp_path / "other.db")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'other.db'}")
    assert nbtrack.compare(listed).run_ids == listed.run_ids  # it knows where they are
    with pytest.raises(NotFound, match="--also STORE"):
        nbtrack.compare(study.plain[:2])


def test_the_line_that_makes_it_again_names_the_runs(study: Study) -> None:
    payload = nbtrack.compare(last=2, baseline="run-1", metric="accuracy").shot().payload
    ids = " ".join([study.plain[1], *study.odd[1:]])
    assert payload["said"] == f"%track_compare {ids} --baseline {study.plain[1]} --metric accuracy"


def test_comparing_makes_no_run_and_writes_nothing(study: Study) -> None:
    before = study.file.read_bytes()
    compared = nbtrack.compare(last=5)
    compared._repr_mimebundle_()
    compared.noise()
    nbtrack.runs()._repr_mimebundle_()
    assert study.file.read_bytes() == before
    assert mlflow.active_run() is None
