"""A real Jupyter server with nbtrack's extension, in folders of its own."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from nbtrack import runtime
from nbtrack.records import KernelRecord
from nbtrack.server import watch
from nbtrack.server.extension import SETTING
from tests.server.filled import Filled, fill

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from nbtrack.server.context import Context

pytest_plugins = ["pytest_jupyter.jupyter_server"]

KERNEL_ID = "5a2b7a54-0000-4000-8000-7e57ab1e0001"


@pytest.fixture(autouse=True)
def _no_mlflow_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"nbtrack": True}}}


@pytest.fixture
def jp_serverapp(jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[Any]:
    """End the stores' processes with the test."""
    yield jp_serverapp
    jp_serverapp.web_app.settings[SETTING].close()

    async def settle() -> None:
        """Let what was cancelled end."""

    jp_asyncio_loop.run_until_complete(settle())


@pytest.fixture
def context(jp_serverapp: Any) -> Context:
    found: Context = jp_serverapp.web_app.settings[SETTING]
    return found


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
def ask(http_server_client: Any, jp_auth_header: Any, jp_base_url: str) -> Callable[..., Awaitable[Any]]:
    """Return a function that asks a route, by its path as it stands in a URL, and returns the response."""

    async def ask(
        path: str,
        method: str = "GET",
        /,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        token: bool = True,
        **query: Any,
    ) -> Any:
        text = None if body is None else body if isinstance(body, str) else json.dumps(body)
        if text is None and method in {"POST", "PUT", "PATCH"}:
            text = "{}"
        url = f"{jp_base_url}nbtrack/api/{path}?{urlencode(query, doseq=True)}"
        return await http_server_client.fetch(
            url,
            method=method,
            body=text,
            headers={**(jp_auth_header if token else {}), **(headers or {})},
            raise_error=False,
            request_timeout=40,
            allow_nonstandard_methods=True,  # a DELETE may have a body
        )

    return ask


@pytest.fixture
def get(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return a function that asks a route and returns the parsed body of a 200 answer."""

    async def get(path: str, method: str = "GET", /, **more: Any) -> Any:
        response = await ask(path, method, **more)
        assert response.code == 200, response.body
        return json.loads(response.body)

    return get


@pytest.fixture
def told(jp_serverapp: Any) -> list[dict[str, Any]]:
    """Return the events, as pages get them."""
    events: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        assert schema_id == watch.SCHEMA_ID
        assert logger is jp_serverapp.event_logger
        events.append({key: value for key, value in data.items() if not key.startswith("__")})

    jp_serverapp.event_logger.add_listener(schema_id=watch.SCHEMA_ID, listener=listen)
    return events


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """Return the folder that the server serves, as nbtrack names it."""
    return jp_root_dir.resolve()


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Filled]:
    folder = tmp_path_factory.mktemp("filled")
    return folder, fill(folder)


@pytest.fixture
def filled(_template: tuple[Path, Filled], root: Path) -> Filled:
    """Return the store of the root folder, with one of everything in it."""
    folder, made = _template
    shutil.copy(folder / "mlflow.db", root / "mlflow.db")
    return replace(made, uri=f"sqlite:///{root}/mlflow.db")
