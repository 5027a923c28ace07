"""Runs that a kernel had to make itself, made later at a real MLflow server under ids of its own."""

from __future__ import annotations

import json
import os
import uuid
from typing import TYPE_CHECKING, Any

import mlflow
import pytest
from mlflow.entities import ViewType

from nbtrack.journal import left, places
from nbtrack.journal.delivery import REFUSED, Delivery
from nbtrack.journal.format import Create, End, Metric
from nbtrack.journal.reader import Reader
from nbtrack.journal.sender import drain
from nbtrack.journal.state import Sent, sent
from nbtrack.journal.writer import Journal
from nbtrack.tags import PARENT_RUN_ID, RUN_ID, RUN_NAME
from tests.server.proxy import mlflow_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlflow import MlflowClient
    from mlflow.entities import Run


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mlflow_server(tmp_path_factory.mktemp("server")) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def client(uri: str) -> MlflowClient:
    return mlflow.MlflowClient(uri)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(places.begin("kernel", "study.ipynb", within=tmp_path / "journal"))
    yield made
    made.close()


def wish(**wanted: Any) -> Create:
    usual = {"experiment_id": None, "experiment": None, "user_id": "rosa", "start_time": 1000, "name": "late"}
    return Create(**(usual | {"tags": {}} | wanted))


def begun(journal: Journal, uri: str, *, run_id: str = "", **wanted: Any) -> str:
    """Write that a run was made without the server; return its id."""
    run_id = run_id or uuid.uuid4().hex
    journal.run(run_id, uri, is_open=True)
    journal.create(run_id, wish(**wanted))
    return run_id


def ghost(folder: Path) -> None:
    """Make a journal that of a process which is gone."""
    note = folder / "kernel.json"
    note.write_text(note.read_text().replace(f'"pid": {os.getpid()}', '"pid": 999999999'))
    assert not places.is_written(folder)


def deliver(folder: Path) -> Sent:
    delivery = Delivery(folder)
    drain(delivery)
    delivery.close()
    return sent(folder)


def runs(client: MlflowClient, name: str) -> dict[str, Run]:
    """Return an experiment's runs by the ids that the kernel gave."""
    experiment = client.get_experiment_by_name(name)
    assert experiment is not None
    found = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL)
    by_id = {run.data.tags[RUN_ID]: run for run in found}
    assert len(by_id) == len(found)
    return by_id


def content(client: MlflowClient, name: str) -> dict[str, Any]:
    return {
        run_id: (run.to_dictionary(), [list(one) for one in client.get_metric_history(run.info.run_id, "a")])
        for run_id, run in runs(client, name).items()
    }


def test_a_run_and_its_child_are_made_once_with_all_that_was_logged(
    journal: Journal, client: MlflowClient, uri: str
) -> None:
    other = client.create_run("0").info.run_id
    journal.run(other, uri, is_open=False)
    journal.batch(other, [], [], [("before", "1")])
    parent = begun(journal, uri, experiment="new", tags={"t": "0", RUN_ID: "other"})
    for n in range(2500):
        journal.points(parent, {"a": n / 7}, 1000 + n, n)
    journal.batch(parent, [], [("p", "1")], [("t", "2")])
    child = begun(journal, uri, experiment="new", name=None, tags={PARENT_RUN_ID: parent, RUN_NAME: "named"})
    journal.batch(other, [], [], [(PARENT_RUN_ID, parent), ("child", child)])
    journal.end(child, End("FAILED", 4000, None))
    journal.end(parent, End("FINISHED", 5000, None))
    assert left.waiting(journal.folder).records == 1 + 2502 + 1 + 2 + 2 + 1

    state = deliver(journal.folder)
    assert (state.stored, state.refused, state.open) == (2509, 0, {})
    found = runs(client, "new")
    assert {run_id: run.info.run_id for run_id, run in found.items()} == state.made
    assert set(state.made) == {parent, child}
    run = found[parent]
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FINISHED", 1000, 5000)
    assert (run.info.run_name, run.info.user_id) == ("late", "rosa")
    assert (run.data.params, run.data.tags["t"]) == ({"p": "1"}, "2")
    history = client.get_metric_history(run.info.run_id, "a")
    assert [(one.step, one.value, one.timestamp) for one in history] == [
        (n, n / 7, 1000 + n) for n in range(2500)
    ]
    assert found[child].data.tags[PARENT_RUN_ID] == run.info.run_id
    assert (found[child].info.status, found[child].info.run_name) == ("FAILED", "named")
    told = client.get_run(other).data.tags
    assert (told["before"], told[PARENT_RUN_ID]) == ("1", run.info.run_id)
    assert told["child"] == found[child].info.run_id

    # The process was gone before it could note anything: all is sent again, and the same.
    before = content(client, "new")
    (journal.folder / "sent.json").unlink()
    assert deliver(journal.folder).made == state.made
    assert content(client, "new") == before


def test_a_run_is_noted_before_what_follows_is_sent(journal: Journal, client: MlflowClient, uri: str) -> None:
    run_id = begun(journal, uri, experiment="noted")
    journal.points(run_id, {"a": 1.0}, 1, 1)
    portion = Reader(journal.folder, 1, 0).next()
    assert portion is not None
    delivery = Delivery(journal.folder)
    delivery.deliver(*portion.batches[0])
    state = sent(journal.folder)
    assert (list(state.made), state.offset) == ([run_id], 0)
    client.delete_run(state.made[run_id])  # somebody's wish: it is not made again, noted or not
    assert deliver(journal.folder).made == state.made
    (journal.folder / "sent.json").unlink()
    assert deliver(journal.folder).made == state.made
    assert len(runs(client, "noted")) == 1


def test_a_state_of_an_older_version_is_read(journal: Journal) -> None:
    (journal.folder / "sent.json").write_text('{"segment": 2, "offset": 30, "stored": 5}')
    assert sent(journal.folder) == Sent(2, 30, 5)


def test_a_kernel_that_died_leaves_its_run_killed(journal: Journal, client: MlflowClient, uri: str) -> None:
    run_id = begun(journal, uri, experiment="died")
    journal.points(run_id, {"a": 1.0}, 7000, 1)
    ghost(journal.folder)
    left.drain(journal.folder)
    run = runs(client, "died")[run_id]
    assert (run.info.status, run.info.end_time) == ("KILLED", 7000)
    assert run.data.tags["nbtrack.repaired"] == "kernel-died"
    assert not journal.folder.exists()


def test_runs_of_a_deleted_experiment(journal: Journal, client: MlflowClient, uri: str) -> None:
    gone = client.create_experiment("gone")
    client.delete_experiment(gone)
    refused = begun(journal, uri, experiment_id=gone)
    points = [Metric("a", n, n, n) for n in range(40)]
    journal.batch(refused, points, [("p", "1")], [])
    journal.end(refused, End("FINISHED", 1, None))
    good = begun(journal, uri, experiment="gone")  # by its name: where the kernel would log to as well
    journal.batch(good, points, [], [])
    state = deliver(journal.folder)
    assert list(state.made) == [good]
    assert client.get_run(state.made[good]).info.experiment_id == "0"
    assert len(client.get_metric_history(state.made[good], "a")) == 40
    aside = [json.loads(text) for text in (journal.folder / REFUSED).read_text().splitlines()]
    assert len(aside) == state.refused == 1 + 40 + 1 + 1
    assert all("deleted" in why or "active" in why for _, why, _ in aside)
    assert {json.loads(text)[1] for _, _, text in aside} == {refused}
    assert json.loads(aside[0][2]) == ["create", refused, wish(experiment_id=gone)._asdict()]


@pytest.mark.parametrize("run_id", ["x' OR '1' = '1", "0" * 31 + "\n", "A" * 32, "0" * 33, "../0"])
def test_a_strange_id_is_refused(journal: Journal, uri: str, run_id: str) -> None:
    begun(journal, uri, run_id=run_id, experiment="strange")
    journal.points(run_id, {"a": 1.0}, 1, 1)
    state = deliver(journal.folder)
    assert (state.made, state.refused) == ({}, 2)
    assert "no id that a kernel gives" in (journal.folder / REFUSED).read_text()


def test_what_can_never_be_sent_holds_nothing_up(journal: Journal, client: MlflowClient, uri: str) -> None:
    # No id "x": older servers answer 500 to what is no number, which can't be told from trouble that passes.
    refusals: list[dict[str, Any]] = [
        {"tags": {"t": "\ud800"}}, {"start_time": 2**70}, {"experiment_id": "404404"},
        {"tags": ["t"]}, {"tags": {"t": 1}}, {"start_time": "soon"}, {"name": []},
    ]  # fmt: skip
    for wanted in refusals:
        begun(journal, uri, **({"experiment": "odd"} | wanted))
    good = begun(journal, uri, experiment="odd")
    state = deliver(journal.folder)
    assert list(state.made) == [good]
    assert list(runs(client, "odd")) == [good]
    assert state.refused == len(refusals)
    refused = (journal.folder / REFUSED).read_text()
    assert refused.count("damaged on the disk") == 4


def test_runs_are_made_in_a_store_that_is_written_to_directly(journal: Journal, made: Path) -> None:
    run_id = begun(journal, f"sqlite:///{made}", experiment="direct")
    journal.points(run_id, {"a": 1.0}, 1, 1)
    journal.end(run_id, End("FINISHED", 5, None))
    real = deliver(journal.folder).made[run_id]
    run = mlflow.MlflowClient(f"sqlite:///{made}").get_run(real)
    assert (run.info.status, run.data.metrics, run.data.tags[RUN_ID]) == ("FINISHED", {"a": 1.0}, run_id)
