"""Stores go by names; their URIs stay in the server."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from mlflow import MlflowClient

from nbtrack.uris import digest
from tests.server.conftest import KERNEL_ID

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.filled import Filled


def names(page: Any) -> set[str]:
    return {item["name"] for item in page["items"]}


async def test_the_workspaces_store_is_the_default(get: Any, filled: Filled) -> None:
    about = await get("store")
    assert about == {
        "name": "workspace",
        "readable": "SQLite · mlflow.db",
        "kind": "sqlite",
        "writable": True,
        "ui": None,
        "exists": True,
        "problem": None,
    }
    assert await get("experiments") == await get("experiments", store="workspace"), filled


async def test_a_store_that_is_not_there_yet(get: Any, ask: Any, root: Path) -> None:
    about = await get("store")
    assert (about["exists"], about["problem"]) == (False, None)
    answer = await ask("runs")
    assert answer.code in {200, 503}
    assert os.listdir(root) == [], "looking makes nothing"  # noqa: PTH208


async def test_stores_of_the_project_and_of_a_kernel(
    get: Any, filled: Filled, root: Path, tmp_path: Path, write_record: Any
) -> None:
    MlflowClient(f"sqlite:///{root}/sub.db").create_experiment("named")
    MlflowClient(f"sqlite:///{tmp_path}/kernel.db").create_experiment("of the kernel")
    (root / "pyproject.toml").write_text(
        '[tool.nbtrack.stores]\n"the team\'s" = "sub.db"\nremote = "https://ann:s3cret@mlflow.example"\n'
    )
    write_record(store=f"sqlite:///{tmp_path}/kernel.db")
    assert "named" in names(await get("experiments", store="the team's"))
    assert "of the kernel" in names(await get("experiments", store=f"kernel:{KERNEL_ID}"))
    assert "notebooks/churn" in names(await get("experiments", store="workspace")), filled
    settings = await get("settings", kernel_id=KERNEL_ID)
    assert settings["store"]["name"] == f"kernel:{KERNEL_ID}"
    assert [(store["name"], store["readable"]) for store in settings["stores"]] == [
        ("workspace", "SQLite · mlflow.db"),
        ("the team's", "SQLite · sub.db"),
        ("remote", "MLflow server · mlflow.example"),
    ]
    assert [store["digest"] for store in settings["stores"][1:]] == [
        digest(f"sqlite:///{root}/sub.db"),
        digest("https://mlflow.example"),
    ]
    assert "s3cret" not in json.dumps(settings)
    write_record(store=f"sqlite:///{root}/sub.db")
    assert (await get("settings", kernel_id=KERNEL_ID))["store"]["name"] == "the team's"


@pytest.mark.parametrize(
    "name",
    [
        "nowhere",
        "sqlite:////etc/passwd",
        "http://evil.example",
        "kernel:" + KERNEL_ID,
        "../x",
        "",
        " workspace",
    ],
)
async def test_a_name_that_is_none_is_404(name: str, ask: Any) -> None:
    answer = await ask("experiments", store=name)
    assert answer.code == 404
    assert json.loads(answer.body)["hint"]


@pytest.mark.parametrize("kernel_id", ["", "../../x", "a/b"])
async def test_a_kernel_id_that_is_none_is_400(kernel_id: str, ask: Any) -> None:
    assert (await ask("experiments", store=f"kernel:{kernel_id}")).code == 400


@pytest.mark.parametrize(
    "text",
    [
        "[tool.nbtrack]\nstores = 1\n",
        '[tool.nbtrack]\nstores = "sqlite:///x.db"\n',
        "[tool.nbtrack.stores]\nx = 1\n",
        '[tool.nbtrack.stores]\nx = " "\n',
        '[tool.nbtrack.stores]\nworkspace = "sqlite:///x.db"\n',
        '[tool.nbtrack.stores]\n"kernel:x" = "sqlite:///x.db"\n',
        '[tool.nbtrack.stores]\n"" = "sqlite:///x.db"\n',
        '[tool.nbtrack.stores]\nx = "nonsense"\n',
    ],
)
async def test_a_broken_table_is_400_with_a_hint(text: str, ask: Any, root: Path) -> None:
    (root / "pyproject.toml").write_text(text)
    answer = await ask("store")
    assert answer.code == 400
    assert json.loads(answer.body)["hint"]
