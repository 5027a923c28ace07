from __future__ import annotations

import json
import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack.uris import digest
from tests.server.conftest import KERNEL_ID

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nbtrack.records import KernelRecord

    Get = Callable[..., Awaitable[Any]]
    Write = Callable[..., KernelRecord]

CONTRACT = Path(__file__).parents[1] / "contract" / "settings.json"


async def test_contract(get_settings: Get, write_record: Write, jp_fetch: Any, root: Path) -> None:
    """The golden answers, which jest reads too. NBTRACK_UPDATE_CONTRACT=1 writes them anew."""
    (root / "pyproject.toml").write_text('[tool.nbtrack.stores]\nteam = "https://mlflow.example"\n')
    write_record(notices=("The store was made by an older MLflow: type `mlflow db upgrade …`.",))
    in_use = await get_settings(kernel_id=KERNEL_ID)
    default = await get_settings()
    refused = await jp_fetch("nbtrack", "api", "settings", params={"kernel_id": "../x"}, raise_error=False)
    digests: dict[str, int] = {}  # of folders that have another name each time
    for answer in (in_use, default):
        assert all(isinstance(value, str) for value in answer["versions"].values())
        answer["versions"] = {"nbtrack": "0.1.0", "mlflow": "3.17.2"}
        for store in [answer["store"], *answer["stores"]]:
            assert re.fullmatch("[0-9a-f]{16}", store["digest"])
            store["digest"] = f"{digests.setdefault(store['digest'], len(digests)):016x}"
    text = json.dumps(
        {"in_use": in_use, "default": default, "error": json.loads(refused.body)},
        indent=2,
    ).replace(str(root), "/workspace")
    if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
        CONTRACT.write_text(text + "\n", encoding="utf-8")
    assert json.loads(text) == json.loads(CONTRACT.read_text(encoding="utf-8"))


async def test_kernel_without_nbtrack_gets_the_default(get_settings: Get, root: Path) -> None:
    answer = await get_settings(kernel_id=KERNEL_ID)
    assert answer["kernel"] is None
    assert answer["store"] == {
        "name": "workspace",
        "uri": f"sqlite:///{root}/mlflow.db",
        "readable": "SQLite · mlflow.db",
        "digest": digest(f"sqlite:///{root}/mlflow.db"),
        "source": "default",
        "exists": False,
    }
    assert answer["notices"] == []


async def test_default_follows_the_pyproject_and_the_file(get_settings: Get, root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[tool.nbtrack]\nstore = "sqlite:///runs.db"\nexperiment = "churn"\n'
    )
    sqlite3.connect(root / "runs.db").close()
    answer = await get_settings()
    assert answer["store"]["source"] == "pyproject"
    assert answer["store"]["readable"] == "SQLite · runs.db"
    assert answer["store"]["exists"] is True
    assert answer["experiment"] == {"name": "churn", "source": "pyproject"}


async def test_leftover_mlruns_is_a_notice(get_settings: Get, root: Path) -> None:
    (root / "mlruns" / "0").mkdir(parents=True)
    (root / "mlruns" / "0" / "meta.yaml").write_text("name: Default\n")
    (notice,) = (await get_settings())["notices"]
    assert "mlflow migrate-filestore" in notice


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://ann:s3cret@db.example/mlflow",
        "https://ann:s3cret@mlflow.example:5000",
        "https://mlflow.example/?token=s3cret",
    ],
)
async def test_no_credentials_in_an_answer(
    uri: str, get_settings: Get, write_record: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record(store=uri, store_source="explicit")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    of_kernel, of_folder = await get_settings(kernel_id=KERNEL_ID), await get_settings()
    assert of_folder["store"]["source"] == "environment"
    for answer in (of_kernel, of_folder):
        assert "s3cret" not in json.dumps(answer)
        assert "example" in answer["store"]["uri"]
        assert answer["store"]["exists"] is None


async def test_record_of_a_dead_kernel_is_not_believed(get_settings: Get, write_record: Write) -> None:
    write_record(pid=2**22 - 3)  # above what Linux and macOS hand out by default
    assert (await get_settings(kernel_id=KERNEL_ID))["kernel"] is None
