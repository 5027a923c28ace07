"""Pages of runs and experiments by own SQL, against MLflow's client on the same store."""

from __future__ import annotations

import inspect
import random
from typing import TYPE_CHECKING, Any

import pytest
from mlflow.exceptions import MlflowException
from mlflow.store.tracking import sqlalchemy_store

from nbtrack.errors import Invalid
from nbtrack.store.calls import experiments, runs

if TYPE_CHECKING:
    from nbtrack.store.opened import Store
    from tests.unit.store.odd import Odd

COLUMNS = [
    "metrics.train/loss",
    "metrics.val acc",
    "params.lr",
    "params.odd key/é",
    "params.long",
    "tags.team.name",
]
FILTERS = [
    "",
    "metrics.`train/loss` > 0.5",
    "metrics.`train/loss` >= 3",
    "metrics.`train/loss` != 3",
    "metrics.`train/loss` < 1e300 AND metrics.`val acc` > -2",
    "metrics.`val acc` = 0",
    "metrics.nothing = 1",
    "metrics.`val acc` > 0 AND",
    "metric.`val acc` <= 0.1",
    "params.lr = '0.1'",
    "params.lr != '0.1'",
    "parameters.`odd key/é` = 'it''s'",
    'params.`odd key/é` = "it\'s"',
    "params.`odd key/é` LIKE '%😀%'",
    "params.`odd key/é` LIKE 'A'",
    "params.`odd key/é` ILIKE 'A'",
    "params.`odd key/é` LIKE '50%_x'",
    "param.long LIKE 'xx%'",
    "params.`odd key/é` IS NULL",
    "params.lr IS NOT NULL and tags.`mlflow.parentRunId` IS NULL",
    "tags.`team.name` = ''",
    "tags.`team.name` ILIKE '%HI%'",
    "tags.team.name = 'a'",
    "tags.\"team.name\" = '`tick`'",
    "tags.é = 'ü'",
    "tag.`nbtrack.cell.id` = 'cell-3'",
    "attributes.status = 'FINISHED'",
    "status != 'FINISHED'",
    "attributes.status LIKE 'finished'",
    "attr.status ILIKE 'finished'",
    "attributes.start_time > 1700000000003",
    "start_time <= 1700000000003.5",
    "attributes.Created >= 1700000000009",
    "attributes.end_time != 1700000100003",
    "attributes.end_time < 1700000100003 and attributes.status = 'KILLED'",
    "attributes.run_name = 'é€😀'",
    "run_name LIKE '%a%'",
    "attributes.`run name` ILIKE 'A'",
    "attributes.artifact_uri LIKE '%artifacts'",
    "attributes.user_id = 'unknown'",
    "datasets.name = 'data-1'",
    "dataset.name != 'data-1'",
    "datasets.digest IN ('d0', 'x')",
    "datasets.context = 'training'",
    "datasets.context ILIKE 'eval'",
    "datasets.name LIKE 'data%' AND datasets.context NOT IN ('training')",
]
ORDERS = [
    None,
    "attributes.start_time ASC",
    "attributes.start_time DESC",
    "start_time",
    "metrics.`train/loss` ASC",
    "metrics.`train/loss` DESC",
    "metrics.`val acc` DESC",
    "metrics.nothing",
    "params.lr",
    "params.`odd key/é` DESC",
    "tags.`team.name` DESC",
    "attributes.end_time DESC",
    "attributes.end_time ASC",
    "attributes.run_name",
    "attributes.status DESC",
    "run_id DESC",
]
WRONG = [
    "x",
    "metrics.a > 'b'",
    "metrics.a LIKE '%'",
    "metrics.a IS NULL",
    "params.a > 'b'",
    "params.a = b",
    "params.a = 1",
    "params.a IN ('1')",
    "attributes.nothing = 'x'",
    "attributes.start_time = 'x'",
    "attributes.status IS NULL",
    "attributes.status IN ('FINISHED')",
    "datasets.nothing = 'x'",
    "foo.bar = 'x'",
    "metrics.a > 1 OR metrics.a < 0",
    "(metrics.a > 1)",
    "metrics.a > 1; DROP TABLE runs",
    "metrics.a >",
    "params.a = 'b",
    "' OR 1=1 --",
    "metrics.",
    "tags.`a = 'b'",
]


def everything(odd: Odd) -> list[str]:
    return list(odd.experiments.values())


# Until 3.16 or so, MLflow's filters took NaN for 0.
NAN_IS_ZERO = "is_nan" not in inspect.getsource(sqlalchemy_store._get_sqlalchemy_filter_clauses)


def comparable(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return rows without what the client does not tell."""
    return [
        {key: value for key, value in row.items() if key != "children"}
        for row in answer["items"]
        if not (NAN_IS_ZERO and "NaN" in row["values"].values())
    ]


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_finds_what_mlflow_finds(odd: Odd, own: Store, by_client: Store, text: str) -> None:
    asked: dict[str, Any] = {"experiment_ids": everything(odd), "filter": text, "columns": COLUMNS}
    assert comparable(runs(own, **asked)) == comparable(runs(by_client, **asked))


def test_the_filters_find_something(odd: Odd, own: Store) -> None:
    found = [len(runs(own, experiment_ids=everything(odd), filter=text)["items"]) for text in FILTERS]
    assert sum(0 < number < 33 for number in found) > len(FILTERS) * 0.7


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1000, 7])
def test_an_order_is_mlflows(odd: Odd, own: Store, by_client: Store, order: str | None, size: int) -> None:
    ids = [row["run_id"] for row in _all_pages(own, everything(odd), order, size)]
    assert ids == [row["run_id"] for row in _all_pages(by_client, everything(odd), order, 1000)]
    assert len(ids) == 33


def test_random_filters_and_orders(odd: Odd, own: Store, by_client: Store) -> None:
    chance = random.Random(4)  # noqa: S311 - the same each time
    for _ in range(80):
        clauses = chance.sample([text for text in FILTERS if text], chance.randint(1, 3))
        asked: dict[str, Any] = {
            "experiment_ids": chance.choice([everything(odd), everything(odd)[:1], None]),
            "filter": " AND ".join(clauses),
            "order_by": chance.choice(ORDERS),
            "columns": COLUMNS[:2],
            "deleted": chance.random() < 0.2,
            "status": chance.choice([None, None, ["FINISHED", "FAILED"], "RUNNING"]),
            "top_level": chance.random() < 0.3,
            "mine": chance.choice([None, "ada"]),
            "notebook": chance.choice([None, None, 'it\'s "a" `path`.ipynb', "notebooks/churn.ipynb"]),
            "cell_ids": chance.choice([None, None, ["cell-1"], ["cell-1", "cell-2"], []]),
        }
        assert comparable(runs(own, **asked)) == comparable(runs(by_client, **asked)), asked


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_filter_is_told_in_mlflows_words(odd: Odd, own: Store, by_client: Store, text: str) -> None:
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - MLflow's parser raises many kinds
        odd.client.search_runs(everything(odd), text)
    for store in (own, by_client):
        with pytest.raises(Invalid) as ours:
            runs(store, experiment_ids=everything(odd), filter=text)
        assert ours.value.hint
        if isinstance(theirs.value, MlflowException) and "{" not in str(theirs.value):
            assert ours.value.message.rstrip(".") == " ".join(str(theirs.value).split()).rstrip(".")


@pytest.mark.parametrize(
    "order", ["metrics.a b c", "foo.bar", "attributes.nothing", "metrics.`a", "datasets.name"]
)
def test_a_wrong_order_is_told(own: Store, by_client: Store, order: str) -> None:
    for store in (own, by_client):
        with pytest.raises(Invalid):
            runs(store, order_by=order)


def test_deleted_runs_and_children(odd: Odd, own: Store, by_client: Store) -> None:
    cases: list[dict[str, Any]] = [
        {"deleted": True},
        {"parent_run_id": odd.runs[1]},
        {"top_level": True},
        {},
    ]
    for asked in cases:
        mine, theirs = runs(own, **asked), runs(by_client, **asked)
        assert comparable(mine) == comparable(theirs)
        assert mine["total"] == len(mine["items"])
    assert {row["run_id"] for row in runs(own, deleted=True)["items"]} > set(odd.runs[5:8])
    parent = next(row for row in runs(own)["items"] if row["run_id"] == odd.runs[1])
    assert parent["children"] == len(runs(own, parent_run_id=odd.runs[1])["items"]) == 5


def test_the_key_metric(odd: Odd, own: Store) -> None:
    for row in runs(own, experiment_ids=everything(odd))["items"]:
        number = odd.runs.index(row["run_id"])
        if number % 9 == 8:
            assert row["metric"] is None
        else:
            assert row["metric"]["key"] == ("val acc" if number % 4 else "train/loss")


@pytest.mark.parametrize("order", [None, "metrics.`train/loss` DESC", "params.lr ASC"])
def test_pages_neither_lose_nor_repeat_runs_that_come_and_go(copied: Store, order: str | None) -> None:
    before = [row["run_id"] for row in runs(copied, order_by=order)["items"]]
    seen: list[str] = []
    token: str | None = None
    for number in range(100):
        page = runs(copied, order_by=order, max_results=4, page_token=token)
        seen += [row["run_id"] for row in page["items"]]
        assert page["total"] == len(before)
        token = page["next_page_token"]
        if token is None:
            break
        new = copied.client.create_run("1", start_time=1_800_000_000_000 + number)
        copied.client.log_metric(new.info.run_id, "train/loss", 1e9 * number)
        copied.client.log_param(new.info.run_id, "lr", "0.1")
        if number == 2:
            copied.client.delete_run(seen[-1])  # the one that the token was made from
    assert len(seen) == len(set(seen))
    assert [run_id for run_id in seen if run_id in before] == before


@pytest.mark.parametrize("token", ["x", "e30=", "bnVsbA==", "\x00", "W10=", "é"])
def test_a_foreign_page_token_is_refused(own: Store, token: str) -> None:
    with pytest.raises(Invalid):
        runs(own, page_token=token)
    with pytest.raises(Invalid):
        experiments(own, page_token=token)


def test_a_token_of_another_order_is_refused(own: Store) -> None:
    token = runs(own, max_results=2)["next_page_token"]
    with pytest.raises(Invalid, match="another list"):
        runs(own, max_results=2, page_token=token, order_by="params.lr")


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "DONE"},
        {"columns": ["x"]},
        {"max_results": 0},
        {"max_results": 1001},
        {"experiment_ids": ["1 OR 1=1"]},
        {"experiment_ids": ["-1"]},
        {"experiment_ids": [""]},
        {"filter": "x" * 6000},
    ],
)
def test_what_cant_be_wanted(own: Store, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        runs(own, **asked)


def _all_pages(store: Store, ids: list[str], order: str | None, size: int) -> list[dict[str, Any]]:
    found, token = [], None
    while True:
        page = runs(store, experiment_ids=ids, order_by=order, max_results=size, page_token=token)
        found += page["items"]
        token = page["next_page_token"]
        if token is None:
            return found
