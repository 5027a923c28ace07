"""The check of a store, as a page asks for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.filled import Filled

SECRET = "hunter2-canary"  # noqa: S105


async def test_the_steps_of_a_store_that_is_well(get: Any, filled: Filled) -> None:
    said = await get("check")
    assert (said["name"], said["readable"]) == ("workspace", "SQLite · mlflow.db")
    assert [(step["name"], step["state"]) for step in said["steps"]] == [
        ("named", "ok"),
        ("reachable", "ok"),
        ("signed in", "ok"),
        ("capabilities", "ok"),
    ], filled
    assert all(step["seconds"] >= 0 and step["sentence"] and step["cure"] == "" for step in said["steps"])


async def test_a_store_that_is_away_is_200_with_the_step_that_failed(get: Any, root: Path) -> None:
    (root / "pyproject.toml").write_text(
        f'[tool.nbtrack.stores]\nteam = "http://ann:{SECRET}@127.0.0.1:9/mlflow"\n'
    )
    said = await get("check", store="team")
    last = said["steps"][-1]
    assert (last["name"], last["state"], last["cure"]) == ("reachable", "failed", "Start it.")
    assert SECRET not in json.dumps(said)


async def test_a_page_names_stores_and_no_uris(ask: Any) -> None:
    for name in ("http://evil.example", "sqlite:////etc/passwd", "azureml"):
        assert (await ask("check", store=name)).code == 404


async def test_nobody_is_told_without_a_login(ask: Any) -> None:
    assert (await ask("check", token=False)).code == 403
