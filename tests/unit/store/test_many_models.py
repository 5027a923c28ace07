"""Thousands of registered models: what is read stays small, and few requests are made."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.store.calls import runs
from nbtrack.store.model_calls import model, model_versions, models
from nbtrack.store.opened import Store
from tests.unit.store import registry

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS, VERSIONS = 1200, 10


class Counting:
    """MLflow's client that counts what it is asked: on a server, each is a request."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(*args: Any, **more: Any) -> Any:
            self.asked.append(name)
            return found(*args, **more)

        return call


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("many-models")
    store = Store(registry.many(folder / "mlflow.db", models=MODELS, versions=VERSIONS), folder)
    store.warm_up()
    store.ready()
    return store


@pytest.fixture
def counting(own: Store) -> tuple[Store, Counting]:
    store = Store(own.uri, own.root)
    store.file = None
    store.warm_up()
    store.ready()
    client = Counting(store.client)
    store.__dict__["_client"] = client
    return store, client


def took(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def test_thousands_of_models_are_read_at_once(own: Store) -> None:
    page = models(own, max_results=1000)
    assert (len(page["items"]), page["total"]) == (1000, MODELS)
    assert page["items"][0] == {
        "name": f"model {MODELS}",
        "description": "",
        "created": 1_700_000_000_000,
        "updated": 1_700_000_000_000 + MODELS,
        "latest": {"version": "10", "status": "READY"},
        "aliases": [{"alias": "champion", "version": "10"}],
        "versions": VERSIONS,
    }
    rest = models(own, max_results=1000, page_token=page["next_page_token"])
    assert len(rest["items"]) == MODELS - 1000
    assert len({item["name"] for item in page["items"] + rest["items"]}) == MODELS
    figures = {
        "1,000 models": took(lambda: models(own, max_results=1000)),
        "1,000 models found by name": took(lambda: models(own, query="MODEL", max_results=1000)),
        "100 models": took(lambda: models(own)),
        "1,000 versions": took(lambda: model_versions(own, max_results=1000)),
        "one model": took(lambda: model(own, name="model 7")),
        "200 runs": took(lambda: runs(own)),
    }
    print({what: f"{value:.0f} ms" for what, value in figures.items()})  # noqa: T201
    # 20 to 40 ms each on an idle machine; a query for each model would take seconds.
    assert max(figures.values()) < 1000


def test_pages_by_client_ask_little(counting: tuple[Store, Counting]) -> None:
    store, client = counting
    assert len(models(store, max_results=1000)["items"]) == 1000
    assert client.asked == ["search_registered_models"]
    client.asked.clear()
    page = model_versions(store, name="model 7")
    assert [item["version"] for item in page["items"]] == [str(number) for number in range(10, 0, -1)]
    assert page["items"][0]["aliases"] == ["champion"]
    assert {item["run_name"] for item in page["items"]} == {"run 7"}
    assert sorted(client.asked) == ["get_registered_model", "get_run", "search_model_versions", "search_runs"]
    client.asked.clear()
    found = {item["run_id"]: item["aliases"] for item in model_versions(store, max_results=200)["items"]}
    assert found[registry.run_of(MODELS, 10)] == ["champion"]
    assert len(client.asked) < 8  # twenty models, two hundred runs
    client.asked.clear()
    rows = runs(store, max_results=200)["items"]
    assert all(len(row["registered"]) == 1 for row in rows)
    assert client.asked.count("search_model_versions") == 4
    assert len(client.asked) < 12


def test_a_local_store_is_read_without_mlflow(own: Store) -> None:
    code = f"""
import sys
from pathlib import Path
from nbtrack.store.calls import CALLS
from nbtrack.store.opened import Store
store = Store({own.uri!r}, Path())
for call in ("models", "model_versions", "runs"):
    assert CALLS[call](store)["items"]
assert CALLS["model"](store, name="model 7")["aliases"]
assert not {{name.partition(".")[0] for name in sys.modules}} & {{"mlflow", "numpy", "pandas"}}
"""
    subprocess.run([sys.executable, "-c", code], check=True)
