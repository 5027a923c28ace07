from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient

from nbtrack import tags
from nbtrack.panel import template
from tests.server.filled import CELL, NOTEBOOK, START

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.filled import Filled


async def test_history(get: Any, ask: Any, filled: Filled) -> None:
    runs = [filled.runs["best"], filled.runs["before"]]
    page = await get("history", run_id=runs, key=["val_loss", "odd"])
    series = {(item["run_id"], item["key"]): item for item in page["items"]}
    loss = series[runs[0], "val_loss"]
    assert loss["points"]["step"] == [0, 1, 2, 3, 4]
    assert loss["points"]["value"] == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert loss["total"] == 5
    assert series[runs[0], "odd"]["points"]["value"] == ["NaN", "Infinity"]
    for query in ({}, {"run_id": runs}, {"key": "x"}, {"run_id": runs, "key": "x", "max_points": 0}):
        assert (await ask("history", **query)).code == 400
    many = {"run_id": [str(number) for number in range(50)], "key": [str(number) for number in range(50)]}
    assert (await ask("history", **many)).code == 400


async def test_keys(get: Any, filled: Filled) -> None:
    keys = await get("keys", experiment_id=filled.experiment_id)
    assert {"val_loss", "odd"} <= set(keys["metrics"])
    assert set(keys["params"]) == {"lr", "long"}
    assert "team" in keys["tags"]
    assert (await get("keys", experiment_id=filled.other_id))["params"] == []


async def test_the_chart_is_the_one_of_the_cards(get: Any) -> None:
    assert await get("chart") == template()


async def test_cells(get: Any, ask: Any, filled: Filled, root: Path) -> None:
    (root / NOTEBOOK).parent.mkdir()
    (root / NOTEBOOK).write_text("{}")
    (cell,) = (await get("cells", notebook=NOTEBOOK, cell_id=[CELL, "another"]))["items"]
    assert (cell["cell_id"], cell["executions"], cell["latest"]["name"]) == (CELL, 2, "best")
    assert (await get("cells", notebook=NOTEBOOK))["items"] == []

    # A copy of the notebook has the same cell ids and none of the runs, a renamed one has them all.
    copy = {"notebook": "notebooks/copy.ipynb", "cell_ids": [CELL]}
    assert (await get("cells", "POST", body=copy))["items"] == []
    (root / NOTEBOOK).rename(root / "notebooks/copy.ipynb")
    (cell,) = (await get("cells", "POST", body=copy))["items"]
    assert cell["executions"] == 2
    assert cell["latest"]["run_id"] == filled.runs["best"]
    assert (await ask("cells", cell_id=CELL)).code == 400


async def test_runs_of_one_execution_are_not_earlier_ones(get: Any, filled: Filled) -> None:
    """`for lr in …: with mlflow.start_run()` makes runs side by side: no parent stands for them."""
    client, cell = MlflowClient(filled.uri), {tags.NOTEBOOK_PATH: NOTEBOOK, tags.CELL_ID: "loop"}
    made = []
    for number in range(7):
        execution = "k-1" if number < 2 else "k-2"
        run = client.create_run(
            filled.experiment_id,
            start_time=START + number,
            run_name=f"run {number}",
            tags={**cell, tags.CELL_EXECUTION: execution},
        )
        made.append(run.info.run_id)
    (found,) = (await get("cells", notebook=NOTEBOOK, cell_id="loop"))["items"]
    assert (found["executions"], found["together"], found["since"]) == (2, 5, START + 2)
    assert (found["latest"]["name"], found["latest"]["execution"]) == ("run 6", "k-2")
    # Whichever of them was registered: the badge is the cell's. That of an earlier execution is not told.
    client.create_registered_model("looped")
    for run_id in (made[0], made[3]):
        client.create_model_version("looped", "s3://bucket/model", run_id)
    (found,) = (await get("cells", notebook=NOTEBOOK, cell_id="loop"))["items"]
    assert found["latest"]["registered"] == [{"name": "looped", "version": "2", "aliases": []}]
