"""Runs of MLflow's R and Java clients: their requests to a real server, read in all ways there are.

Both leave out what Python's client always sends, and write numbers as texts.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.store.calls import artifacts, experiments, history, keys, pulse, run, runs
from nbtrack.store.opened import Store
from nbtrack.store.wanted import token_of
from tests.server.proxy import mlflow_server
from tests.unit import stores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEGUN = 1_700_000_000_123
COLUMNS = ["metrics.rmse", "metrics.broken", "params.ntree", "tags.mlflow.source.name"]
FILTERS = [
    "tags.`mlflow.source.name` = 'train.R'",
    "tags.`mlflow.source.type` = 'LOCAL'",
    "tags.`mlflow.user` = 'rosa'",
    "attributes.user_id = 'jan'",
    "attributes.run_name LIKE '%-%'",
    "metrics.rmse < 1",
    "params.ntree = '500'",
    "params.ntree IS NULL",
    "attributes.start_time = 0",
]
ORDERS = [None, "attributes.start_time ASC", "metrics.rmse DESC", "metrics.broken", "params.ntree DESC"]
MINE = {
    "rosa": {"script in R", "of an old server"},
    "jan": {"client of Java", "context of Java", "its child"},
    "unknown": {"console of R"},
}
COUNTED = ("min", "max", "count")  # which the client does not tell


@dataclass
class Made:
    """What the two clients made.

    Attributes
    ----------
    runs
        Ids by a word for what is special.
    ways
        The store by the way that it is read.
    """

    port: int
    experiment_id: str = ""
    runs: dict[str, str] = field(default_factory=dict)
    ways: dict[str, Store] = field(default_factory=dict)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"/api/2.0/mlflow/{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)

    def create(self, what: str, **body: Any) -> str:
        found = self.post("runs/create", {"experiment_id": self.experiment_id, **body})
        self.runs[what] = found["run"]["info"]["run_uuid"]
        return self.runs[what]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("other-clients")
    with mlflow_server(folder) as port:
        made = Made(port)
        # R's client gives an artifact location only if it is told one.
        made.experiment_id = made.post("experiments/create", {"name": "/Shared/Forêt"})["experiment_id"]
        _r(made)
        _java(made)
        _of_an_old_server(made, folder / "server.db")
        for way, uri in (
            ("sql", f"sqlite:///{folder}/server.db"),
            ("client", f"sqlite:///{folder}/server.db"),
            ("server", f"http://127.0.0.1:{port}"),
        ):
            store = made.ways[way] = Store(uri, folder)
            if way == "client":
                store.file = None
            store.warm_up()
            store.ready()
        yield made


def _r(made: Made) -> None:
    """Do what `mlflow_start_run`, `mlflow_log_*` and `mlflow_end_run` of R send: every leaf is a text."""
    run_id = made.create(
        "script in R",
        user_id="rosa",
        start_time=str(BEGUN),
        tags=_tags({"mlflow.user": "rosa", "mlflow.source.name": "train.R", "mlflow.source.type": "LOCAL"}),
    )
    who = {"run_uuid": run_id, "run_id": run_id}
    made.post("runs/log-parameter", {**who, "key": "ntree", "value": "500"})
    # Without `step` each value has the step 0.
    for at, value in enumerate(("0.9", "0.4", "0.6")):
        point = {**who, "key": "rmse", "value": value, "timestamp": str(BEGUN + at), "step": "0"}
        made.post("runs/log-metric", point)
    for at, value in enumerate(("1", "-Infinity", "NaN")):
        point = {**who, "key": "broken", "value": value, "timestamp": str(BEGUN + at), "step": "0"}
        made.post("runs/log-metric", point)
    made.post("runs/set-tag", {**who, "key": "mlflow.note.content", "value": "a *forest*"})
    made.post("runs/update", {**who, "status": "FINISHED", "end_time": str(BEGUN + 1000)})
    # In a console, by a user that the system doesn't tell; it was closed without an end of the run.
    made.create(
        "console of R",
        user_id="unknown",
        start_time=str(BEGUN + 1),
        tags=_tags({"mlflow.source.name": "<console>", "mlflow.source.type": "LOCAL"}),
    )


def _java(made: Made) -> None:
    """Do what `MlflowClient` and `MlflowContext` of Java send; integers of 64 bits are texts there."""
    run_id = made.create("client of Java", user_id="jan", start_time=str(BEGUN + 2))  # no tag at all
    who = {"run_uuid": run_id, "run_id": run_id}
    point = {"key": "rmse", "value": 0.25, "timestamp": str(BEGUN + 3), "step": "0"}
    made.post("runs/log-metric", {**who, **point})
    made.post("runs/log-batch", {"run_id": run_id, "metrics": [{**point, "key": "broken", "value": "NaN"}]})
    made.post("runs/update", {**who, "status": "FAILED", "end_time": str(BEGUN + 4)})
    parent = made.create(
        "context of Java",
        start_time=str(BEGUN + 5),
        tags=_tags({"mlflow.user": "jan", "mlflow.source.type": "LOCAL"}),
    )
    made.create(
        "its child",
        start_time=str(BEGUN + 6),
        tags=_tags({"mlflow.runName": "fold-1", "mlflow.user": "jan", "mlflow.parentRunId": parent}),
    )
    made.create("nothing but an experiment")  # a builder of requests on which nothing else was set


def _of_an_old_server(made: Made, file: Path) -> None:
    """Leave a run as servers before 1.30 kept it: nameless, its source in columns instead of tags."""
    run_id = made.create("of an old server", user_id="rosa", start_time=str(BEGUN + 7))
    assert len(run_id) == 32
    where = f"WHERE run_uuid = '{run_id}'"
    stores.execute(file, f"UPDATE runs SET name = '', source_type = 'LOCAL', source_name = 'old.R' {where}")  # noqa: S608
    stores.execute(file, f"DELETE FROM tags {where}")  # noqa: S608


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def listed(store: Store, **asked: Any) -> list[dict[str, Any]]:
    """Return rows without the numbers that only our SQL knows."""
    answer = runs(store, columns=COLUMNS, **asked)
    return [{**row, "children": None, "models": None} for row in answer["items"]]


def test_they_are_listed_alike_in_all_ways(made: Made) -> None:
    rows = listed(made.ways["sql"])
    assert {row["run_id"] for row in rows} == set(made.runs.values())
    for way in ("client", "server"):
        assert listed(made.ways[way]) == rows, way
        assert {one["name"] for one in experiments(made.ways[way])["items"]} >= {"/Shared/Forêt"}
    questions: list[dict[str, Any]] = [
        *({"filter": text} for text in FILTERS),
        *({"order_by": order} for order in ORDERS),
        {"top_level": True},
        {"status": "RUNNING"},
        *({"mine": user} for user in MINE),
    ]
    for asked in questions:
        mine: list[dict[str, Any]] = listed(made.ways["sql"], **asked)
        assert mine, asked
        for way in ("client", "server"):
            assert listed(made.ways[way], **asked) == mine, (way, asked)


def test_mine_are_the_runs_that_show_my_name(made: Made) -> None:
    for way, store in made.ways.items():
        for user, whats in MINE.items():
            found, token = [], None
            while True:  # a page of one run each: what was found out for the first one holds for all
                page = runs(store, mine=user, max_results=1, page_token=token)
                found += page["items"]
                token = page["next_page_token"]
                if token is None:
                    break
            assert {row["user"] for row in found} == {user}
            assert sorted(row["run_id"] for row in found) == sorted(made.runs[what] for what in whats), way
        stray = token_of({"mine": ["whatever"]})
        if store.file is None:
            assert {row["user"] for row in runs(store, mine="jan", page_token=stray)["items"]} == {"jan"}
        assert runs(store, mine="o'neill")["items"] == []
        assert runs(store, mine='o\'neill "the" great')["items"] == []


def test_what_a_row_says_of_them(made: Made) -> None:
    rows = {row["run_id"]: row for row in listed(made.ways["sql"])}
    r, console, java, child, bare, old = (
        rows[made.runs[what]]
        for what in (
            "script in R",
            "console of R",
            "client of Java",
            "its child",
            "nothing but an experiment",
            "of an old server",
        )
    )
    assert (r["user"], r["status"], r["start_time"], r["end_time"]) == (
        "rosa",
        "FINISHED",
        BEGUN,
        BEGUN + 1000,
    )
    assert r["metric"]["key"] == "broken"
    assert r["values"]["metrics.rmse"] == 0.6  # the last one
    assert r["values"]["tags.mlflow.source.name"] == "train.R"
    assert (console["user"], console["status"], console["metric"]) == ("unknown", "RUNNING", None)
    assert (java["user"], java["status"]) == ("jan", "FAILED")
    assert java["values"] == {"metrics.rmse": 0.25, "metrics.broken": "NaN"}
    assert (child["name"], child["parent_run_id"]) == ("fold-1", made.runs["context of Java"])
    assert (bare["user"], bare["values"], bare["notebook"], bare["cell_id"]) == ("", {}, None, None)
    assert (old["name"], old["user"]) == ("", "rosa")
    assert all(row["name"] for row in rows.values() if row is not old)  # the server names the nameless


def test_each_is_shown_alike_in_all_ways(made: Made) -> None:
    for what, run_id in made.runs.items():
        mine = _without_counts(run(made.ways["sql"], run_id=run_id))
        for way in ("client", "server"):
            assert _without_counts(run(made.ways[way], run_id=run_id)) == mine, (what, way)
        assert mine["datasets"] == mine["models"] == []
    found = run(made.ways["sql"], run_id=made.runs["script in R"])
    assert found["note"] == "a *forest*"
    assert found["params"] == [{"key": "ntree", "value": "500"}]
    assert {metric["key"]: metric["count"] for metric in found["metrics"]} == {"broken": 3, "rmse": 3}
    assert run(made.ways["sql"], run_id=made.runs["console of R"])["params"] == []


def test_curves_without_steps_and_keys(made: Made) -> None:
    asked: dict[str, Any] = {"run_ids": list(made.runs.values()), "keys": ["rmse", "broken"]}
    mine = history(made.ways["sql"], **asked)
    for way in ("client", "server"):
        assert history(made.ways[way], **asked) == mine, way
        assert keys(made.ways[way]) == keys(made.ways["sql"])
    points = {(one["run_id"], one["key"]): one["points"] for one in mine["items"]}
    assert points[made.runs["script in R"], "rmse"] == {
        "step": [0, 0, 0],
        "value": [0.9, 0.4, 0.6],
        "timestamp": [BEGUN, BEGUN + 1, BEGUN + 2],
    }
    assert points[made.runs["script in R"], "broken"]["value"] == [1.0, "-Infinity", "NaN"]


def test_a_run_that_they_go_on_with_is_noticed(made: Made) -> None:
    run_id = made.runs["console of R"]
    before = {way: pulse(store)["mark"] for way, store in made.ways.items()}
    assert {way: pulse(store)["mark"] for way, store in made.ways.items()} == before
    made.post("runs/update", {"run_uuid": run_id, "run_id": run_id, "status": "KILLED", "end_time": "1"})
    for way, store in made.ways.items():
        assert pulse(store)["mark"] != before[way], way


def test_their_artifacts_are_the_servers(made: Made) -> None:
    # R's client lets the command `mlflow artifacts` do this.
    run_id = made.runs["script in R"]
    made.ways["server"].client.log_text(run_id, "hello", "forest/notes.txt")
    (folder,) = artifacts(made.ways["server"], run_id=run_id)["items"]
    assert (folder["path"], folder["is_dir"]) == ("forest", True)
    (file,) = artifacts(made.ways["server"], run_id=run_id, path="forest")["items"]
    assert (file["name"], file["size"]) == ("notes.txt", 5)


def _without_counts(found: dict[str, Any]) -> dict[str, Any]:
    metrics = [{**metric, **dict.fromkeys(COUNTED)} for metric in found["metrics"]]
    return {**found, "metrics": metrics, "children": None}
