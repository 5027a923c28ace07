"""Runs side by side through the server: what pages are told, and what they may ask."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.plots import kept
from tests.server.conftest import KERNEL_ID
from tests.server.filled import HOSTILE
from tests.server.swept import sweep
from tests.server.test_contract import FOLDER, normal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.filled import Filled

MISSING = "f" * 32


@pytest.fixture(scope="session")
def _sweep(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Filled]:
    file = tmp_path_factory.mktemp("sweep") / "sweep.db"
    return file, sweep(file)


@pytest.fixture
def swept(_sweep: tuple[Path, Filled], root: Path) -> Filled:
    """Return a store named `sweep` of the server's."""
    file, made = _sweep
    shutil.copy(file, root / "sweep.db")
    (root / "pyproject.toml").write_text('[tool.nbtrack.stores]\nsweep = "sqlite:///sweep.db"\n')
    return made


def golden(name: str, answer: Any, made: Filled) -> Any:
    """Return the golden answer of this name, written anew if wished."""
    file = FOLDER / f"{name}.json"
    if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
        text = json.dumps(normal(answer, made), indent=2, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def rounded(answer: Any) -> Any:
    """Return an answer without the digits in which processors differ."""
    return json.loads(json.dumps(answer), parse_float=lambda text: float(f"{float(text):.9g}"))


async def test_contract_of_compare(get: Any, filled: Filled) -> None:
    run_ids = [filled.runs[name] for name in ("best", "before", "gone", "running", "child")]
    answer = await get("compare", "POST", body={"run_ids": [*run_ids, MISSING, run_ids[0]]})
    assert normal(answer, filled) == golden("compare", answer, filled)


async def test_contract_of_noise(get: Any, swept: Filled) -> None:
    asked = {"run_ids": list(swept.runs.values()), "metric": "val_acc"}
    answer = rounded(await get("noise", "POST", store="sweep", body=asked))
    assert normal(answer, swept) == golden("noise", answer, swept)


async def test_contract_of_importance(get: Any, swept: Filled) -> None:
    """Versions of scikit-learn may differ in the digits."""
    run_ids = [run_id for name, run_id in swept.runs.items() if name != "alone"]
    asked = {"run_ids": run_ids, "metric": "val_acc"}
    answer = rounded(await get("importance", "POST", store="sweep", body=asked))
    wanted = golden("importance", answer, swept)
    assert {**answer, "score": 0, "params": []} == {**wanted, "score": 0, "params": []}
    assert answer["score"] == pytest.approx(wanted["score"], abs=0.2)
    assert [set(param) for param in answer["params"]] == [set(param) for param in wanted["params"]]
    assert {param["param"] for param in answer["params"]} == {"lr", "random_state"}
    assert all(param["low"] <= param["importance"] <= param["high"] for param in answer["params"])


async def test_seeds_may_be_named(get: Any, swept: Filled) -> None:
    asked = {"run_ids": list(swept.runs.values()), "metric": "val_acc", "seeds": ["lr", "no such"]}
    answer = await get("noise", "POST", store="sweep", body=asked)
    assert answer["seeds"] == ["lr"]
    assert [group["n"] for group in answer["groups"]] == [3, 3, 3, 3, 1]
    named = await get("noise", "POST", store="sweep", body={**asked, "seeds": None})
    assert named["seeds"] == ["random_state"]


WRONG: list[Any] = [
    "nonsense",
    "[]",
    {},
    {"run_ids": "a"},
    {"run_ids": [1]},
    {"run_ids": None, "metric": "m"},
    {"run_ids": [], "metric": None},
    {"run_ids": [], "metric": ["m"]},
    {"run_ids": [], "metric": "m", "seeds": "seed"},
    {"run_ids": [], "metric": "m", "other": 1},
    {"run_ids": [str(number) for number in range(1001)], "metric": "m"},
]


@pytest.mark.parametrize("path", ["compare", "noise", "importance"])
async def test_a_body_that_fits_not_is_400(path: str, ask: Any, filled: Filled) -> None:
    for body in WRONG:
        if path == "compare" and isinstance(body, dict):
            body.pop("metric", None)
        if path == "compare" and body == {"run_ids": []}:
            continue
        answer = await ask(path, "POST", body=body)
        assert answer.code == 400, (body, filled)
        said = json.loads(answer.body)
        assert (said["code"], bool(said["message"]), bool(said["hint"])) == ("invalid", True, True)


async def test_runs_that_are_not_there_are_no_error(get: Any, filled: Filled) -> None:
    odd = ["' OR 1=1", "../x", HOSTILE, "😀", MISSING]
    answer = await get("compare", "POST", body={"run_ids": odd})
    assert (answer["runs"], answer["missing"]) == ([], odd)
    for path in ("noise", "importance"):
        assert await get(path, "POST", body={"run_ids": odd, "metric": HOSTILE}), filled
    assert (await get("compare", "POST", body={"run_ids": []}))["runs"] == []


async def test_a_store_that_is_no_more_gives_its_last_answer(
    ask: Any, get: Any, filled: Filled, root: Path
) -> None:
    asked = {"body": {"run_ids": list(filled.runs.values())}}
    answer = await get("compare", "POST", **asked)
    (root / "mlflow.db").write_text("this is no store")
    last = await ask("compare", "POST", **asked)
    assert last.code == 200
    assert "X-Nbtrack-As-Of" in last.headers
    assert json.loads(last.body) == answer
    assert (await ask("compare", "POST", body={"run_ids": [MISSING]})).code == 503


@pytest.mark.parametrize("kind", kept.KINDS)
async def test_the_charts_are_those_of_the_package(kind: str, get: Any) -> None:
    assert await get("chart", kind=kind) == kept.template(kind)


async def test_a_chart_that_is_none_is_400(ask: Any) -> None:
    for kind in ("pie", "../panel", "scatter.json", HOSTILE):
        assert (await ask("chart", kind=kind)).code == 400


async def test_stores_have_digests_that_tell_no_secret(get: Any, root: Path, write_record: Any) -> None:
    uri = "postgresql://ann:s3cret@db.example/mlflow"
    (root / "pyproject.toml").write_text(f'[tool.nbtrack.stores]\nteam = "{uri}"\n')
    write_record(store=uri.replace("s3cret", "an0ther"))
    settings = await get("settings", kernel_id=KERNEL_ID)
    (team,) = [store for store in settings["stores"] if store["name"] == "team"]
    assert team["digest"] == settings["store"]["digest"]
    assert team["digest"] == hashlib.sha256(b"postgresql://db.example/mlflow").hexdigest()[:16]
    workspace = (await get("settings"))["store"]
    assert workspace["digest"] == hashlib.sha256(f"sqlite:///{root}/mlflow.db".encode()).hexdigest()[:16]


async def test_runs_of_two_stores_stand_beside_each_other(get: Any, filled: Filled, swept: Filled) -> None:
    here, there = filled.runs["best"], list(swept.runs.values())[:2]
    asked = {"run_ids": [there[1], here, MISSING, there[0]], "elsewhere": {"sweep": there}}
    answer = await get("compare", "POST", body=asked)
    assert [run["run_id"] for run in answer["runs"]] == [there[1], here, there[0]]
    assert answer["missing"] == [MISSING]
    names = {there[0]: "SQLite · sweep.db", there[1]: "SQLite · sweep.db", here: "SQLite · mlflow.db"}
    assert {run["run_id"]: run["store"] for run in answer["runs"]} == names
    alone = [
        await get("compare", "POST", store=store, body={"run_ids": ids})
        for store, ids in (("sweep", there), ("workspace", [here]))
    ]
    for family in ("params", "metrics", "tags", "datasets"):
        for key, values in answer[family].items():
            first = alone[0][family].get(key, [None, None])
            assert values == [first[1], alone[1][family].get(key, [None])[0], first[0]]
        assert set(answer[family]) == set(alone[0][family]) | set(alone[1][family])


@pytest.mark.parametrize("home", ["sweep", "workspace"])
async def test_what_is_worked_out_is_the_same_whichever_store_does_it(
    get: Any, filled: Filled, swept: Filled, home: str
) -> None:
    _ = filled
    run_ids = list(swept.runs.values())
    alone = await get("noise", "POST", store="sweep", body={"run_ids": run_ids, "metric": "val_acc"})
    elsewhere = {"workspace" if home == "sweep" else "sweep": [] if home == "sweep" else run_ids}
    asked = {"run_ids": run_ids, "metric": "val_acc", "elsewhere": elsewhere}
    assert await get("noise", "POST", store=home, body=asked) == alone
    found = await get("importance", "POST", store=home, body=asked)
    assert found["n"] == sum(len(group["values"]) for group in alone["groups"])


async def test_a_store_that_nobody_named_is_refused(ask: Any, filled: Filled) -> None:
    asked = {"run_ids": list(filled.runs.values()), "elsewhere": {"sqlite:////etc/x.db": []}}
    answer = await ask("compare", "POST", body=asked)
    assert (answer.code, json.loads(answer.body)["code"]) == (404, "not_found")
