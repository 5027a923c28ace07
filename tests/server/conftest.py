"""A real Jupyter server with nbtrack's extension, in folders of its own."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack import runtime
from nbtrack.records import KernelRecord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

pytest_plugins = ["pytest_jupyter.jupyter_server"]

KERNEL_ID = "5a2b7a54-0000-4000-8000-7e57ab1e0001"


@pytest.fixture(autouse=True)
def _no_mlflow_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"nbtrack": True},
            # What is not explicitly open then needs a login, so a forgotten decorator shows.
            "allow_unauthenticated_access": False,
        }
    }


@pytest.fixture
def write_record(jp_serverapp: Any) -> Callable[..., KernelRecord]:
    """Return a function that writes a kernel's runtime file as a kernel does."""

    def write(**changes: Any) -> KernelRecord:
        values: dict[str, Any] = {
            "kernel_id": KERNEL_ID,
            "pid": os.getpid(),
            "store": "sqlite:////workspace/mlflow.db",
            "store_source": "default",
            "experiment": "churn/first",
            "experiment_source": "default",
            "notebook": "churn/first.ipynb",
            "tracking": True,
            "notices": (),
        }
        record = KernelRecord(**{**values, **changes})
        runtime.write(record)
        return record

    assert jp_serverapp.runtime_dir == str(runtime.folder()), (
        "the tests' server must not use the user's folders"
    )
    return write


@pytest.fixture
def get_settings(jp_fetch: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return a function that GETs the settings and returns the parsed body of a 200 answer."""

    async def get(**query: str) -> Any:
        response = await jp_fetch("nbtrack", "api", "settings", params=query)
        assert response.code == 200
        return json.loads(response.body)

    return get


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """Return the folder that the server serves, as nbtrack names it."""
    return jp_root_dir.resolve()
