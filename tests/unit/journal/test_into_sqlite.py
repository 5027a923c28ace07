"""Batches sent by `IntoSqlite`, against the rows that MLflow's own store writes for the same."""

from __future__ import annotations

import pytest
from mlflow.exceptions import MlflowException

from nbtrack.journal.format import Batch, End, Metric
from nbtrack.journal.target import Refused
from tests.unit import stores
from tests.unit.journal.pair import TABLES, Pair, by_mlflow, dump

NAN, INF = float("nan"), float("inf")
ABSENT = "0" * 32


def rich(pair: Pair) -> list[Batch]:
    model = {"model_id": pair.model, "dataset_name": "d", "dataset_digest": "1"}
    return [
        Batch(
            pair.run,
            metrics=[
                Metric("loss", 0.5, 1000, 0),
                Metric("loss", 0.25, 1001, 1),
                Metric("loss", 0.25, 1001, 1),
                Metric("loss", 9.0, 999, 1),
                Metric("nan", NAN, 1, 0),
                Metric("nan", NAN, 1, 0),
                Metric("nan", -1.0, 1, 0),
                Metric("tie", 0.0, 1, 0),
                Metric("tie", NAN, 1, 0),
                Metric("eit", NAN, 1, 0),
                Metric("eit", 0.0, 1, 0),
                Metric("inf", INF, 5, 2),
                Metric("inf", -INF, 5, 3),
                Metric("ünï/cødé: 数 -.", -0.0, 0, -3),
            ],
            params=[("depth", "3"), ("ü/数", "naïve \U0001f600"), ("long", "x" * 7000), ("empty", "")],
            tags=[("t", "1"), ("t", "2"), ("mlflow.note.content", "y" * 9000), ("empty", "")],
        ),
        Batch(
            pair.run,
            metrics=[
                Metric("loss", 0.75, 900, 1),
                Metric("loss", 0.1, 1002, 0),
                Metric("tie", 5.0, 1, 0),
                Metric("nan", NAN, 2, 0),
                Metric("inf", 1.0, 4, 3),
                Metric("model", 1.5, 7, 1, model),
                Metric("model", 1.5, 7, 1, model),
                Metric("model", NAN, 7, 2, model),
                Metric("model", INF, 7, 3, {"model_id": pair.model}),
                Metric("dataset", 1.0, 7, 3, {"dataset_name": "d", "dataset_digest": "1"}),
            ],
            params=[("depth", "3"), ("more", "1")],
            tags=[("t", "3"), ("mlflow.runName", "neu ü"), ("u", "1")],
        ),
        Batch(pair.run, tags=[("mlflow.runName", "")], end=End("FINISHED", 12345, None)),
        Batch(pair.run, end=End(None, None, "renamed")),
        Batch(pair.run, end=End("RUNNING", None, "")),
    ]


def test_rows_are_those_of_mlflow(pair: Pair) -> None:
    before = dump(pair.ours)
    for batch in rich(pair):
        pair.send(batch)
        pair.assert_same()
    after = dump(pair.ours)
    changed = {table for table in TABLES if after[table] != before[table]}
    assert changed == {"runs", "metrics", "latest_metrics", "params", "tags", "logged_model_metrics"}


def test_a_long_history_is_the_same_in_portions_of_any_order(pair: Pair) -> None:
    points = [Metric(f"m{i % 7}", (i * 37 % 101) / 7, 1000 + i * 13 % 50, i * 31 % 400) for i in range(3000)]
    for start in (2000, 0, 1000, 500):
        pair.send(Batch(pair.run, metrics=points[start : start + 1000]))
    pair.assert_same()
    assert stores.execute(pair.ours, "SELECT count(*) FROM latest_metrics") == [(7,)]


def test_sending_again_changes_nothing(pair: Pair) -> None:
    batches = rich(pair)
    batches[1].tags = [("u", "1")]
    for batch in batches[:2]:
        pair.target.send(batch)
        once = dump(pair.ours)
        pair.target.send(batch)
        assert dump(pair.ours) == once


def test_another_value_of_a_param_is_refused_whole(pair: Pair) -> None:
    pair.send(Batch(pair.run, params=[("depth", "3")]))
    said = pair.assert_both_refuse(Batch(pair.run, params=[("new", "1"), ("depth", "5")], tags=[("t", "1")]))
    assert said.startswith("Changing param values is not allowed.")
    assert "'depth'" in said
    assert "'3'" in said
    assert "'5'" in said
    pair.assert_same()
    with pytest.raises(Refused, match="Changing param values"):
        pair.target.send(Batch(pair.run, params=[("x", "1"), ("x", "2")]))
    pair.target.send(Batch(pair.run, params=[("x", "1"), ("x", "1")]))
    assert ("x", "1") in stores.execute(pair.ours, "SELECT key, value FROM params")


def test_cut_params_are_compared_as_they_are_stored(pair: Pair) -> None:
    for end in ("a", "b"):
        pair.send(Batch(pair.run, params=[("long", "x" * 6000 + end)]))
    pair.assert_same()


def test_long_values_are_refused_where_mlflow_is_told_so(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
    pair.assert_both_refuse(Batch(pair.run, params=[("p", "x" * 6001)]))
    pair.assert_both_refuse(Batch(pair.run, tags=[("t", "x" * 8001)]))
    pair.send(Batch(pair.run, params=[("p", "x" * 6000)], tags=[("t", "x" * 8000)]))
    pair.assert_same()


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../a", "..a", "/a", "a/", "a//b", "./a", "a?", "a=b", "a\tb", "(a)", "é" * 251]
)
def test_names_that_mlflow_refuses(pair: Pair, key: str) -> None:
    for batch in (
        Batch(pair.run, metrics=[Metric("good", 1.0, 1, 1), Metric(key, 1.0, 1, 1)]),
        Batch(pair.run, params=[("good", "1"), (key, "1")]),
        Batch(pair.run, tags=[("good", "1"), (key, "1")]),
    ):
        assert "name" in pair.assert_both_refuse(batch)
    pair.assert_same()


@pytest.mark.parametrize("key", ["a/b", "a..", "a..b", "a:b", "é" * 250, "a b", "-", "a\n", "_"])
def test_names_that_mlflow_takes(pair: Pair, key: str) -> None:
    pair.send(Batch(pair.run, [Metric(key, 1.0, 1, 1)], [(key, "1")], [(key, "1")]))
    pair.assert_same()


def test_runs_that_take_nothing(pair: Pair) -> None:
    metric = [Metric("m", 1.0, 1, 1)]
    assert pair.assert_both_refuse(Batch(ABSENT, metric)) == f"Run with id={ABSENT} not found."
    assert "Current state is deleted" in pair.assert_both_refuse(Batch(pair.deleted, metric))
    assert "active" in pair.assert_both_refuse(Batch(pair.deleted, end=End("FINISHED", 1, None)))


def test_metrics_that_mlflow_refuses(pair: Pair) -> None:
    pair.assert_both_refuse(Batch(pair.run, [Metric("m", 1.0, -1, 1)]))
    pair.assert_both_refuse(Batch(pair.run, [Metric("m", 1.0, 1, 2**70)]))
    pair.assert_both_refuse(Batch(pair.run, [Metric("m", 1.0, 1, 1, {"dataset_name": "d"})]))


def test_what_no_store_can_hold(pair: Pair) -> None:
    before = dump(pair.ours)
    for batch in (
        Batch(pair.run, tags=[("good", "1"), ("t", "\ud800")]),
        Batch(pair.run, tags=[("good", "1"), (3, "1")]),  # type: ignore[list-item]
        Batch(pair.run, tags=[("good", "1"), ("t", [])]),  # type: ignore[list-item]
        Batch(pair.run, params=[("p", None)]),  # type: ignore[list-item]
        Batch(pair.run, end=End("DONE", 1, None)),
        Batch(pair.run, end=End("FINISHED", 2**70, None)),
    ):
        with pytest.raises(Refused):
            pair.target.send(batch)
    assert dump(pair.ours) == before
    pair.target.send(Batch(pair.run, tags=[("good", "1")]))
    assert dump(pair.ours) != before


def test_metrics_of_models(pair: Pair) -> None:
    model = {"model_id": pair.model}
    pair.send(Batch(pair.run, [Metric("m", 1.0, 1, 1, model)]))
    # MLflow has stored the run's part by then; here, a batch that is refused leaves nothing.
    for point in (Metric("m", 2.0, 1, 1, model), Metric("n", 1.0, 1, 1, {"model_id": "m-unknown"})):
        with pytest.raises(MlflowException):
            by_mlflow(pair.client, Batch(pair.run, [point]))
        before = dump(pair.ours)
        with pytest.raises(Refused):
            pair.target.send(Batch(pair.run, [point]))
        assert dump(pair.ours) == before


def test_status(pair: Pair) -> None:
    assert pair.target.status(pair.run) == "RUNNING"
    pair.target.send(Batch(pair.run, end=End("KILLED", 1, None)))
    assert pair.target.status(pair.run) == "KILLED"
    assert pair.target.status(ABSENT) is None
