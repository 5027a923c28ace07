"""The golden answers, which jest reads too. NBTRACK_UPDATE_CONTRACT=1 writes them anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.server.filled import CELL, MODEL, NOTEBOOK, START

if TYPE_CHECKING:
    from tests.server.filled import Filled

FOLDER = Path(__file__).parents[1] / "contract"
MADE_NOW = ("creation_time", "last_update_time")


def normal(answer: Any, filled: Filled) -> Any:
    """Return an answer without what differs each time: ids, the time of making, folders."""
    text = json.dumps(answer, ensure_ascii=False)
    for number, run_id in enumerate(filled.runs.values(), start=1):
        text = text.replace(run_id, f"{number:032x}")
    text = re.sub(r"\bm-[0-9a-f]{32}", "m-" + "a" * 32, text)
    text = re.sub(r"file:///[^\"]*?/artifacts/", "file:///workspace/artifacts/", text)
    text = re.sub(rf'"({"|".join(MADE_NOW)})": \d+', rf'"\1": {START}', text)
    return json.loads(text)


async def test_contract(get: Any, ask: Any, filled: Filled) -> None:
    best, before = filled.runs["best"], filled.runs["before"]
    columns = ["metrics.val_loss", "metrics.odd", "params.lr", "tags.team"]
    run, missing = f"runs/{best}", await ask("runs/" + "f" * 32)
    experiments = await get("experiments", query="o")
    experiments["items"].sort(key=lambda item: item["experiment_id"])  # made within the same millisecond
    answers = {
        "experiments": experiments,
        "runs": await get("runs", experiment_id=filled.experiment_id, column=columns),
        "run": await get(run),
        "history": await get("history", run_id=[best, before], key=["val_loss", "odd"]),
        "keys": await get("keys", experiment_id=filled.experiment_id),
        "cells": await get("cells", notebook=NOTEBOOK, cell_id=CELL),
        "artifacts": await get(f"{run}/artifacts"),
        "models": await get("models"),
        "model": await get(f"models/{MODEL}"),
        "model_versions": await get(f"models/{MODEL}/versions"),
        "table": await get(f"{run}/table", path="tables/data.csv"),
        "view": await get(f"experiments/{filled.experiment_id}/view"),
        "store": await get("store"),
        "missing": json.loads(missing.body),
    }
    for name, answer in answers.items():
        file, found = FOLDER / f"{name}.json", normal(answer, filled)
        if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
            file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        assert found == json.loads(file.read_text(encoding="utf-8")), name
