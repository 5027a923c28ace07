"""Runs of two stores beside each other."""

from __future__ import annotations

import math
import shlex
from statistics import mean
from typing import TYPE_CHECKING, Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from scipy import stats  # type: ignore[import-untyped]

import nbtrack
from nbtrack.comparing import output
from nbtrack.errors import Invalid, NotFound
from nbtrack.kernel.options import TRACK_COMPARE
from tests.unit import stores
from tests.unit.comparing.study import HOSTILE, START, loss

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.comparing.study import Study

LOSSES = (0.5, 0.52, 0.49)


class Other:
    """A store of the same file name, with experiments whose ids the first store has too."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "old" / "mlflow.db"
        self.file.parent.mkdir()
        stores.make_current(self.file)
        self.uri = f"sqlite:///{self.file}"
        self.client = MlflowClient(self.uri, self.uri)
        experiment = self.client.create_experiment("churn", str(folder / "artifacts"))
        self.runs = [self._run(experiment, seed, value) for seed, value in enumerate(LOSSES)]

    def _run(self, experiment: str, seed: int, value: float) -> str:
        run = self.client.create_run(experiment, START + 10**6 + seed, run_name=f"old-{seed}")
        points = [Metric("val_loss", value + 1 / (step + 1), START, step) for step in range(3)]
        points.append(Metric("val_loss", value, START, 3))
        params = [Param("lr", "0.5"), Param("seed", str(seed)), Param("only here", HOSTILE)]
        self.client.log_batch(run.info.run_id, points, params)
        self.client.set_terminated(run.info.run_id)
        return str(run.info.run_id)


@pytest.fixture
def other(tmp_path: Path) -> Other:
    return Other(tmp_path)


def test_runs_of_two_stores_have_the_values_that_mlflow_finds_in_each(study: Study, other: Other) -> None:
    compared = nbtrack.compare(study.plain[0], other.runs[1], study.plain[1], also=other.uri)
    assert compared.run_ids == [study.plain[0], other.runs[1], study.plain[1]]
    frame = compared.frame.set_index("run_id")
    for uri, run_ids in ((study.uri, study.plain[:2]), (other.uri, other.runs[1:2])):
        mlflow.set_tracking_uri(uri)
        found = mlflow.search_runs(experiment_names=["churn"]).set_index("run_id")
        mlflow.set_tracking_uri(study.uri)
        for run_id in run_ids:
            for column in ("params.lr", "params.seed", "metrics.val_loss", "experiment_id"):
                assert frame.loc[run_id, column] == found.loc[run_id, column]
    assert frame.loc[other.runs[1], "params.only here"] == HOSTILE
    assert frame["params.depth"].isna().tolist() == [False, True, False]


def test_what_differs_says_first_which_store_and_tells_files_of_one_name_apart(
    study: Study, other: Other
) -> None:
    compared = nbtrack.compare(study.plain[0], other.runs[0], also=other.uri)
    told = compared.differs.loc["store"].tolist()
    assert compared.differs.index[0] == "store"
    assert told == [f"SQLite · {study.file.parent.name}/mlflow.db", "SQLite · old/mlflow.db"]
    assert " and ".join(told) in compared.head
    assert "old/mlflow.db" in repr(compared)
    assert "old/mlflow.db" in compared.shot().html
    assert "store" not in nbtrack.compare(*study.plain[:2]).differs.index


def test_a_run_is_found_by_name_in_whichever_store_has_it(study: Study, other: Other) -> None:
    compared = nbtrack.compare("run-1", "old-2", baseline="old-1", also=[other.uri])
    assert compared.run_ids == [study.plain[1], other.runs[2], other.runs[1]]
    assert compared.baseline == other.runs[1]


def test_searches_look_in_each_store(study: Study, other: Other) -> None:
    found = nbtrack.compare(filter="params.seed = '1'", also=other.uri).run_ids
    assert found == [*study.plain[3:6], other.runs[1]]
    assert nbtrack.compare(filter="params.lr = '0.5'", also=other.uri).run_ids == other.runs
    last = nbtrack.compare(last=2, also=other.uri).run_ids
    assert last == [*study.odd[1:], *other.runs[1:]]


def test_tables_of_other_stores_bring_their_store_along(study: Study, other: Other) -> None:
    listed = nbtrack.runs(store=other.uri)
    assert set(listed.run_ids) == set(other.runs)
    compared = nbtrack.compare(study.plain[0], listed)
    assert set(compared.run_ids) == {study.plain[0], *other.runs}
    compared.selected = [study.plain[0], other.runs[0]]
    assert nbtrack.compare(compared, study.plain[1]).run_ids == [
        study.plain[0],
        other.runs[0],
        study.plain[1],
    ]
    assert nbtrack.compare(listed).source.uri == other.uri


def test_noise_is_judged_over_the_runs_of_both(study: Study, other: Other) -> None:
    numbers = (2, 8)  # alike but for the seed
    first = [study.plain[number] for number in numbers]
    compared = nbtrack.compare(other.runs, first, baseline=other.runs[2], metric="val_loss", also=other.uri)
    table = compared.noise()
    assert table["run_ids"].map(set).tolist() == [set(other.runs), set(first)]
    ours = [loss(number, 19) for number in numbers]
    assert table["mean"].tolist() == pytest.approx([mean(LOSSES), mean(ours)])
    expected: Any = stats.ttest_ind(ours, LOSSES, equal_var=False)
    low, high = expected.confidence_interval(0.95)
    row = table.iloc[1]
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))
    assert row["p"] == pytest.approx(expected.pvalue)


def test_importance_learns_from_the_runs_of_both(study: Study, other: Other) -> None:
    compared = nbtrack.compare(study.plain, other.runs, metric="val_loss", also=other.uri)
    found = compared.importance()
    assert found.attrs["n"] == len(study.plain) + len(other.runs)
    assert found["param"].iloc[0] == "lr"


def test_curves_and_charts_show_the_runs_of_both(study: Study, other: Other) -> None:
    compared = nbtrack.compare(study.plain[0], other.runs[0], metric="val_loss", also=other.uri)
    data = compared.chart("curves").to_dict()["layer"][0]["data"]["values"]
    rows = [line.split(",") for line in data.split("\n")[1:]]
    assert [float(y) for number, _, y in rows if number == "1"] == pytest.approx(
        [1.5, 1, 0.8333, 0.5], rel=1e-3
    )
    assert next(float(y) for number, _, y in rows if number == "0") == pytest.approx(loss(0, 0))
    kept = compared.shot().payload["snapshot"]["histories"]
    assert {item["run_id"] for item in kept if item["key"] == "val_loss"} == {study.plain[0], other.runs[0]}


def test_the_page_learns_which_runs_are_elsewhere_and_no_address(study: Study, other: Other) -> None:
    shot = nbtrack.compare(study.plain[0], other.runs[0], also=other.uri).shot()
    assert shot.payload["elsewhere"] == {nbtrack.runs(store=other.uri).source.digest: [other.runs[0]]}
    assert shot.payload["store"] == nbtrack.runs().source.digest
    assert output.size(shot.bundle(None)) < output.LIMIT
    assert nbtrack.compare(*study.plain[:2]).shot().payload["elsewhere"] == {}


def test_the_line_makes_the_same_comparison_again(study: Study, other: Other) -> None:
    compared = nbtrack.compare(study.plain[0], nbtrack.runs(store=other.uri))
    line = compared.shot().payload["said"]
    asked = TRACK_COMPARE.parse(line.removeprefix("%track_compare "))
    assert asked.also == [other.uri]
    assert nbtrack.compare(*asked.runs, also=asked.also).run_ids == compared.run_ids


def test_a_store_of_the_project_goes_by_its_name(
    study: Study, other: Other, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.nbtrack.stores]\nold = "sqlite:///old/mlflow.db"\n')
    monkeypatch.chdir(tmp_path)
    compared = nbtrack.compare(study.plain[0], other.runs[0], also="old")
    assert shlex.split(compared.shot().payload["said"])[-2:] == ["--also", "old"]
    assert shlex.split(nbtrack.runs(store="old").shot().payload["said"])[-2:] == ["--store", "old"]
    assert compared.run_ids == [study.plain[0], other.runs[0]]


def test_a_run_that_no_store_has_is_named_with_all_of_them(study: Study, other: Other) -> None:
    with pytest.raises(NotFound, match=r"no run ffff.*and SQLite|no run ffff.*SQLite") as raised:
        nbtrack.compare("f" * 32, other.runs[0], study.plain[0], also=other.uri)
    assert "old/mlflow.db" in raised.value.message


def test_a_run_that_both_stores_have_is_that_of_the_store_in_use(study: Study, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(study.file.read_bytes())
    compared = nbtrack.compare(*study.plain[:2], also=f"sqlite:///{copy}")
    assert compared.source.uri == study.uri
    assert "store" not in compared.frame.columns


@pytest.mark.usefixtures("study")
def test_what_is_no_store_is_refused() -> None:
    with pytest.raises(Invalid, match="no store"):
        nbtrack.compare("run-1", "run-2", also="no store")


def test_what_is_not_finite_stays_so_beside_runs_that_lack_it(study: Study, other: Other) -> None:
    compared = nbtrack.compare(other.runs[0], study.odd[1], also=other.uri)
    frame = compared.frame.set_index("run_id")
    assert math.isinf(frame.loc[study.odd[1], "metrics.accuracy"])
    assert math.isnan(frame.loc[other.runs[0], "metrics.accuracy"])
