"""Runs side by side by own SQL, against MLflow's client on the same store."""

from __future__ import annotations

import math
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

from nbtrack.errors import Invalid, StoreUnavailable
from nbtrack.store import columns, loading
from nbtrack.store.asking import ask
from nbtrack.store.calls import run
from nbtrack.store.client_chosen import _EXPERIMENTS
from nbtrack.store.comparison import compare, importance, noise
from nbtrack.store.faults import Starting
from nbtrack.store.opened import Store
from tests.unit import stores

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.store.odd import Odd

HOSTILE = ["x", "", "' OR 1=1 --", "../x", "😀", "a b", "0" * 32, "%", "x" * 300]
KEYS = ["a/b.c", "x:y z", "é", "__proto__", "constructor", "odd one"]
ODD_KEY = """it's [0]["d"] $f <b> 😀"""  # MLflow refuses such a key today; older servers have them


def test_every_run_is_what_mlflow_has(odd: Odd, own: Store, by_client: Store) -> None:
    ids = [*odd.runs[::-1], *HOSTILE, odd.runs[0]]
    mine = compare(own, run_ids=ids)
    assert mine == compare(by_client, run_ids=ids)
    assert [one["run_id"] for one in mine["runs"]] == odd.runs[::-1]
    assert mine["missing"] == HOSTILE
    assert {one["lifecycle_stage"] for one in mine["runs"]} == {"active", "deleted"}
    assert {"NaN", "Infinity", "-Infinity", None, 1e308} <= set(mine["metrics"]["train/loss"])


def test_it_is_what_the_runs_one_by_one_have(odd: Odd, own: Store) -> None:
    together = compare(own, run_ids=odd.runs)
    seen = 0
    for place, run_id in enumerate(odd.runs):
        alone = run(own, run_id=run_id)
        assert together["runs"][place].items() <= alone.items()
        for family in ("params", "metrics"):
            has = {
                key: values[place] for key, values in together[family].items() if values[place] is not None
            }
            wanted = {one["key"]: one["value"] for one in alone[family]}
            assert has.keys() == wanted.keys()
            for key, value in wanted.items():
                assert has[key] == value or (has[key].startswith(value[:1000]) and has[key].endswith("…"))
        for data in alone["datasets"]:
            key = f"{data['name']} · {data['context']}" if data["context"] else data["name"]
            assert together["datasets"][key][place] == data["digest"]
            seen += 1
    assert seen == 9
    assert set(together["tags"]) == {"team.name", "é"}


def test_nothing_asked_is_nothing_told(odd: Odd, own: Store, by_client: Store) -> None:
    for store in (own, by_client):
        assert compare(store, run_ids=[])["runs"] == []
        for ids in (HOSTILE, ["0" * 32]):
            answer = compare(store, run_ids=ids)
            assert (answer["runs"], answer["missing"], answer["params"]) == ([], ids, {}), odd
    with pytest.raises(Invalid, match="1,001 runs are too many"):
        compare(own, run_ids=[str(number) for number in range(1001)])


def test_a_store_that_is_not_there_yet_has_none(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/none.db", tmp_path)
    assert compare(store, run_ids=["a"])["missing"] == ["a"]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[str]]:
    """Make a store of several experiments: 1,000 keys in some runs, odd names, long texts, notes, data."""
    folder = tmp_path_factory.mktemp("wide")
    stores.make_current(folder / "mlflow.db")
    uri = f"sqlite:///{folder}/mlflow.db"
    client = MlflowClient(uri, uri)
    ids = []
    for number in range(_EXPERIMENTS + 3):
        experiment = client.create_experiment(f"e{number}", f"{folder}/{number}")
        made = client.create_run(experiment, start_time=number, tags={"mlflow.note.content": f"n{number}"})
        ids.append(made.info.run_id)
        _fill(client, made.info.run_id, number)
        if number % 3 == 2:
            client.delete_run(made.info.run_id)
        if number == 4:
            client.delete_experiment(experiment)
    renamed = ODD_KEY.replace("'", "''")
    stores.execute(folder / "mlflow.db", f"UPDATE params SET key = '{renamed}' WHERE key = 'odd one'")  # noqa: S608
    store = Store(uri, folder)
    store.warm_up()
    store.ready()
    return store, ids


def _fill(client: MlflowClient, run_id: str, number: int) -> None:
    odd_values = [math.nan, math.inf, -math.inf, 1.7e308, 5e-324, float(number)]
    client.log_batch(
        run_id,
        [Metric(f"k{key}", odd_values[(key + number) % 6], 1, 0) for key in range(1000 if number < 3 else 3)],
        [Param(key, f"{number}") for key in [*KEYS, *(["alone"] if not number else [])]],
        [RunTag("mlflow.mine", "no"), RunTag("nbtrack.mine", "no"), RunTag("mlflowish", "yes")],
    )
    client.log_batch(
        run_id, params=[Param("long", "y" * 999 + "z" * (2 + number % 2)), Param("full", "y" * 1000)]
    )
    data = [Dataset("d", f"{number % 2}{part}", "local", "{}") for part in ("b", "a")]
    client.log_inputs(run_id, [DatasetInput(one, [InputTag("mlflow.data.context", "eval")]) for one in data])


def test_many_keys_and_experiments_are_what_mlflow_has(wide: tuple[Store, list[str]]) -> None:
    store, ids = wide
    by_client = Store(store.uri, store.root)
    by_client.file = None
    by_client.warm_up()
    by_client.ready()
    for some in (ids, ids[:2], [HOSTILE[-2], *ids[::-1]]):
        mine = compare(store, run_ids=some)
        assert mine == compare(by_client, run_ids=some)
    assert len(mine["metrics"]) == 1000
    assert {*KEYS[:-1], ODD_KEY} < set(mine["params"])
    assert mine["tags"].keys() == {"mlflow.note.content", "mlflowish"}
    assert mine["datasets"]["d · eval"][0] in {"0a, 0b", "1a, 1b"}


def test_long_texts_are_cut_and_still_differ(wide: tuple[Store, list[str]]) -> None:
    store, ids = wide
    answer = compare(store, run_ids=ids[:4])
    long = answer["params"]["long"]
    assert all(text.startswith("y" * 999 + "z") and text.endswith("…") for text in long)
    assert all(1000 < len(text) < 1020 for text in long)
    assert long[0] == long[2] != long[1] == long[3]
    assert answer["params"]["full"] == ["y" * 1000] * 4


def test_of_too_many_keys_the_most_frequent_are_told(
    wide: tuple[Store, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ids = wide
    monkeypatch.setattr(columns, "MOST_KEYS", 4)
    answer = compare(store, run_ids=ids)
    assert answer["more"] == {"params": 5, "metrics": 996, "tags": 0, "datasets": 0}
    assert set(answer["metrics"]) == {"k0", "k1", "k2", "k10"}
    assert "alone" not in answer["params"]


def test_noise_and_importance_read_one_metric_only(odd: Odd, own: Store, by_client: Store) -> None:
    for call in (noise, importance):
        asked: dict[str, Any] = {"run_ids": odd.runs, "metric": "train/loss"}
        assert call(own, **asked) == call(by_client, **asked)
    told = noise(own, run_ids=odd.runs, metric="train/loss", seeds=["lr"])
    assert told["seeds"] == ["lr"]
    assert told["left_out"] == sum(
        not isinstance(value, float) for value in compare(own, run_ids=odd.runs)["metrics"]["train/loss"]
    )
    assert importance(own, run_ids=odd.runs, metric="train/loss")["n"] == len(odd.runs) - told["left_out"]
    for call in (noise, importance):
        with pytest.raises(Invalid, match="too many"):
            call(own, run_ids=[str(number) for number in range(1001)], metric="x")


def in_thread(work: Any) -> Any:
    """Return what work returns or raises in a thread other than the main one."""
    found: list[Any] = []

    def do() -> None:
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001 - handed on
            found.append(error)

    thread = threading.Thread(target=do)
    thread.start()
    thread.join(60)
    (result,) = found
    return result


def test_a_slow_import_holds_no_call_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_PATIENCE", 0.05)
    go, begun = threading.Event(), []

    def slow() -> None:
        begun.append(1)
        go.wait(60)

    for _ in range(3):
        error = in_thread(lambda: loading.load(slow, "scipy"))
        assert isinstance(error, Starting)
        assert error.message == "scipy is still being loaded."
    go.set()
    monkeypatch.setattr(loading, "_PATIENCE", 60)
    assert in_thread(lambda: loading.load(slow, "scipy")) is None
    assert begun == [1]


def test_an_import_that_fails_is_said_and_tried_again() -> None:
    broken = [True]

    def imports() -> None:
        if broken:
            raise ImportError("no libgomp")

    error = in_thread(lambda: loading.load(imports, "scikit-learn"))
    assert isinstance(error, StoreUnavailable)
    assert "scikit-learn can't be imported: ImportError" in error.message
    broken.clear()
    assert in_thread(lambda: loading.load(imports, "scikit-learn")) is None


def test_in_the_main_thread_imports_are_done_there() -> None:
    seen: list[Any] = []
    loading.load(lambda: seen.append(threading.current_thread()), "x")
    assert seen == [threading.main_thread()]


def test_comparing_loads_no_library_before_it_needs_it(odd: Odd) -> None:
    code = f"""
import sys
from pathlib import Path
from nbtrack.store.comparison import compare, noise
from nbtrack.store.opened import Store
store = Store({odd.uri!r}, Path())
assert compare(store, run_ids={odd.runs!r})["runs"]
loaded = {{name.partition(".")[0] for name in sys.modules}}
assert not loaded & {{"mlflow", "numpy", "scipy", "sklearn", "pandas", "altair"}}, loaded
assert noise(store, run_ids={odd.runs!r}, metric="val acc")["groups"]
loaded = {{name.partition(".")[0] for name in sys.modules}}
assert "scipy" in loaded and "sklearn" not in loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_arguments_that_fit_no_call_are_refused(own: Store) -> None:
    with pytest.raises(Invalid):
        ask(own, "noise", {"run_ids": []})
