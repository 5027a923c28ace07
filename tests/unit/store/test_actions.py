"""What writes to a store, seen by MLflow's client afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from mlflow.exceptions import MlflowException

from nbtrack.errors import Conflict, Invalid, NotFound, StoreUnavailable
from nbtrack.store import calls
from nbtrack.store.asking import ask
from nbtrack.store.faults import Changed, Collided, body_of, understood
from nbtrack.store.opened import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.store.odd import Odd


def test_a_run_is_changed(odd: Odd, copied: Store) -> None:
    run_id = odd.runs[3]  # RUNNING
    calls.update_run(
        copied,
        run_id=run_id,
        name=" new 😀 ",
        note="# note",
        tags={"team.name": None, "x": "<b>", "never": None},
        status="KILLED",
        expected={"note": None, "tags.x": None},
    )
    run = copied.client.get_run(run_id)
    assert (run.info.run_name, run.info.status) == ("new 😀", "KILLED")
    assert run.data.tags["mlflow.note.content"] == "# note"
    assert run.data.tags["x"] == "<b>"
    assert "team.name" not in run.data.tags
    found = calls.run(copied, run_id=run_id)
    assert (found["name"], found["note"], found["status"]) == ("new 😀", "# note", "KILLED")


@pytest.mark.parametrize(
    "expected", [{"name": "other"}, {"note": "other"}, {"tags.x": "other"}, {"tags.mlflow.user": None}]
)
def test_what_somebody_else_changed_is_not_overwritten(
    odd: Odd, copied: Store, expected: dict[str, str | None]
) -> None:
    before = copied.client.get_run(odd.runs[1])
    with pytest.raises(Conflict) as error:
        calls.update_run(copied, run_id=odd.runs[1], name="mine", note="mine", expected=expected)
    after = copied.client.get_run(odd.runs[1])
    assert after.to_dictionary() == before.to_dictionary()
    body = body_of(error.value)
    assert (body["code"], body["status"]) == ("conflict", 409)
    has: dict[str, str | None] = {"name": before.info.run_name, "note": "", "tags.x": None}
    has["tags.mlflow.user"] = before.data.tags["mlflow.user"]
    assert body["current"] == {key: has[key] for key in expected}


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"status": "RUNNING"}, {"note": "x" * 6000}, {"expected": {"foo": "x"}}]
)
def test_what_cant_be_changed(odd: Odd, copied: Store, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        calls.update_run(copied, run_id=odd.runs[3], **change)


def test_only_a_running_run_is_ended(odd: Odd, copied: Store) -> None:
    with pytest.raises(Changed) as error:
        calls.update_run(copied, run_id=odd.runs[0], status="FAILED")
    assert error.value.current == {"status": "FINISHED"}
    with pytest.raises(NotFound):
        ask(copied, "update_run", {"run_id": "0" * 32, "name": "x"})


def test_runs_are_deleted_and_restored(odd: Odd, copied: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [odd.runs[0], "0" * 32, odd.runs[1], odd.runs[0]]
    answer = calls.delete_runs(copied, run_ids=some)
    assert answer["done"] == [odd.runs[0], odd.runs[1]]
    assert [one["run_id"] for one in answer["failed"]] == ["0" * 32]
    assert "not found" in answer["failed"][0]["message"]
    gone = {row["run_id"] for row in calls.runs(copied, deleted=True)["items"]}
    assert {odd.runs[0], odd.runs[1]} < gone
    assert calls.restore_runs(copied, run_ids=[odd.runs[0], odd.runs[1]])["failed"] == []
    assert len(calls.runs(copied)["items"]) == 33
    monkeypatch.setattr("nbtrack.store.actions._ENOUGH", -1)
    late = calls.delete_runs(copied, run_ids=odd.runs[:2])
    assert late["done"] == []
    assert "no time left" in late["failed"][1]["message"]


def test_experiments_are_made_renamed_deleted_restored(copied: Store) -> None:
    made = calls.create_experiment(copied, name=" a/b 😀 ")["experiment_id"]
    assert copied.client.get_experiment(made).name == "a/b 😀"
    with pytest.raises(Conflict):
        ask(copied, "create_experiment", {"name": "a/b 😀"})
    with pytest.raises(Invalid):
        calls.create_experiment(copied, name=" ")
    calls.rename_experiment(copied, experiment_id=made, name="c")
    calls.delete_experiment(copied, experiment_id=made)
    assert made in {one["experiment_id"] for one in calls.experiments(copied, deleted=True)["items"]}
    calls.restore_experiment(copied, experiment_id=made)
    assert calls.experiments(copied, query="c")["items"][0]["experiment_id"] == made
    with pytest.raises(NotFound):
        ask(copied, "delete_experiment", {"experiment_id": "9999"})


def test_how_an_experiment_is_looked_at(odd: Odd, copied: Store) -> None:
    one = odd.experiments["empty"]
    nothing: dict[str, Any] = {"columns": None, "sort": None, "pins": [], "metric": None}
    assert calls.view(copied, experiment_id=one) == nothing
    wanted = {"columns": ["metrics.é"], "sort": "metrics.`é` DESC", "pins": [odd.runs[0]], "metric": "é"}
    calls.set_view(copied, experiment_id=one, view=wanted)
    assert calls.view(copied, experiment_id=one) == wanted
    compared = {**wanted, "compared": ["params.lr"]}  # only there once somebody has chosen
    calls.set_view(copied, experiment_id=one, view=compared)
    assert calls.view(copied, experiment_id=one) == compared
    for broken in ("{", "[]", '{"columns": 1}', '{"pins": [1]}', '{"sort": []}', "[" * 4000):
        copied.client.set_experiment_tag(one, "nbtrack.view", broken)
        assert calls.view(copied, experiment_id=one) == nothing
    for wrong in ({"x": 1}, {"columns": "a"}, {"compared": [1]}, {"pins": ["x" * 6000]}):
        with pytest.raises(Invalid):
            calls.set_view(copied, experiment_id=one, view=wrong)
    for experiment_id in ("9999", "x"):
        with pytest.raises((NotFound, Invalid)):
            ask(copied, "view", {"experiment_id": experiment_id})


def test_who_keeps_the_first_view_at_the_same_moment_is_not_refused(copied: Store) -> None:
    """Of two that write a tag which is not there yet, MLflow refuses one: both have seen that it is not."""
    nothing: dict[str, Any] = {"columns": None, "sort": None, "pins": []}
    views = [{**nothing, "metric": metric} for metric in ("f1", "auc")]
    for number in range(20):
        made = copied.client.create_experiment(f"at once {number}")
        with ThreadPoolExecutor(2) as both:
            kept = [both.submit(calls.set_view, copied, experiment_id=made, view=view) for view in views]
        assert [one.result() for one in kept] == [{}, {}]
        assert calls.view(copied, experiment_id=made) in views


def test_no_statement_of_sql_is_shown_to_anybody() -> None:
    text = "UNIQUE constraint failed: tags.key [SQL: INSERT INTO tags VALUES (?)] [parameters: ('secret',)]"
    for kind, code in (("Integrity", "conflict"), ("Data", "store_unavailable")):
        error = MlflowException(f"(sqlite3.{kind}Error) {text}")
        for error_code in ("BAD_REQUEST", "RESOURCE_ALREADY_EXISTS", "TEMPORARILY_UNAVAILABLE"):
            error.error_code = error_code
            found = understood(error, "sqlite:///x.db")
            assert found is not None
            assert "secret" not in str(body_of(found))
            assert body_of(found)["code"] in {code, "conflict"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("(sqlite3.IntegrityError) UNIQUE constraint failed: tags.key", Collided),
        ("(psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint", Collided),
        ("(pymysql.err.IntegrityError) (1062, \"Duplicate entry 'a' for key 'PRIMARY'\")", Collided),
        # To write this again would not help.
        ("(sqlite3.IntegrityError) NOT NULL constraint failed: tags.value", StoreUnavailable),
        ("(sqlite3.IntegrityError) FOREIGN KEY constraint failed", StoreUnavailable),
    ],
)
def test_only_two_that_write_the_same_have_collided(said: str, kind: type[Exception]) -> None:
    error = MlflowException(said + " [SQL: INSERT …]")
    error.error_code = "BAD_REQUEST"
    assert type(understood(error, "sqlite:///x.db")) is kind


def test_the_first_experiment_makes_the_store(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/mlflow.db", tmp_path)
    store.warm_up()
    store.ready()
    with pytest.raises(StoreUnavailable, match="not there yet"):
        calls.delete_runs(store, run_ids=["x"])
    made = calls.create_experiment(store, name="first")["experiment_id"]
    assert [one["experiment_id"] for one in calls.experiments(store, query="first")["items"]] == [made]


def test_a_pulse_is_felt(odd: Odd, copied: Store) -> None:
    mark = calls.pulse(copied)["mark"]
    assert calls.pulse(copied)["mark"] == mark
    calls.runs(copied)
    assert calls.pulse(copied)["mark"] == mark
    marks = {mark}
    copied.client.log_metric(odd.runs[3], "train/loss", 3.0, step=99)
    marks.add(calls.pulse(copied)["mark"])
    copied.client.set_terminated(odd.runs[3])
    marks.add(calls.pulse(copied)["mark"])
    assert len(marks) == 3


def test_a_pulse_by_client_is_felt(odd: Odd, copied: Store) -> None:
    copied.file = None
    mark = calls.pulse(copied, experiment_ids=[odd.experiments["notebooks/churn"]])["mark"]
    assert calls.pulse(copied, experiment_ids=[odd.experiments["notebooks/churn"]])["mark"] == mark
    marks = {mark}
    copied.client.log_metric(odd.runs[33], "train/loss", 3.0, step=99)
    marks.add(calls.pulse(copied, experiment_ids=[odd.experiments["notebooks/churn"]])["mark"])
    copied.client.create_run(odd.experiments["notebooks/churn"])
    marks.add(calls.pulse(copied, experiment_ids=[odd.experiments["notebooks/churn"]])["mark"])
    assert len(marks) == 3
    assert calls.pulse(copied)["mark"]


def test_a_run_whose_parent_is_deleted_stands_for_itself(copied: Store) -> None:
    client = copied.client
    experiment = client.create_experiment("family")
    parent = client.create_run(experiment).info.run_id
    child = client.create_run(experiment, tags={"mlflow.parentRunId": parent}).info.run_id

    def listed(**more: Any) -> list[str]:
        page: Any = ask(copied, "runs", {"experiment_ids": [experiment], "top_level": True, **more})
        return [row["run_id"] for row in page["items"]]

    assert listed() == [parent]
    client.delete_run(parent)
    assert listed() == [child]
    assert listed(deleted=True) == [parent]
