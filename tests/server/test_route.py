"""What every route owes: a login, one shape of errors, no cache, a free event loop."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from nbtrack import runtime
from nbtrack.server import base
from nbtrack.server.routes import ROUTES
from tests.server.conftest import KERNEL_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAVY = {
    "mlflow",
    "pandas",
    "numpy",
    "altair",
    "IPython",
    "ipykernel",
    "anywidget",
    "ipywidgets",
    "sqlalchemy",
}
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("verb", VERBS)
async def test_needs_a_login(verb: str, path: str, jp_fetch: Any) -> None:
    body = None if verb in {"GET", "DELETE"} else "{}"
    answer = await jp_fetch(
        "nbtrack",
        "api",
        path,
        method=verb,
        body=body,
        headers={"Authorization": "token wrong"},
        raise_error=False,
    )
    assert answer.code == 403
    assert set(json.loads(answer.body)) == {"message", "hint", "code"}


async def test_verb_that_a_route_lacks(jp_fetch: Any) -> None:
    answer = await jp_fetch("nbtrack", "api", "settings", method="DELETE", raise_error=False)
    assert answer.code == 405
    assert json.loads(answer.body)["code"] == "method_not_allowed"


async def test_answers_are_not_kept(jp_fetch: Any) -> None:
    answer = await jp_fetch("nbtrack", "api", "settings")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("kernel_id", ["../../etc/passwd", "a/b", "a b", "", "é", "x" * 129, "%00"])
async def test_bad_kernel_id_is_400(kernel_id: str, jp_fetch: Any) -> None:
    answer = await jp_fetch("nbtrack", "api", "settings", params={"kernel_id": kernel_id}, raise_error=False)
    assert answer.code == 400
    body = json.loads(answer.body)
    assert body["code"] == "invalid"
    assert body["message"]
    assert body["hint"]


async def test_broken_pyproject_is_400_with_a_hint(jp_fetch: Any, root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.nbtrack\n")
    answer = await jp_fetch("nbtrack", "api", "settings", raise_error=False)
    assert answer.code == 400
    assert "pyproject.toml" in json.loads(answer.body)["message"]


@pytest.fixture
def stalled(jp_serverapp: Any) -> Callable[[], None]:
    """Make a runtime file that can't be read until the returned function is called: a named pipe."""
    pipe = runtime.folder() / f"nbtrack-{KERNEL_ID}.json"
    pipe.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(pipe)

    def release() -> None:
        pipe.write_bytes(b"{}")

    assert str(pipe).startswith(jp_serverapp.runtime_dir)
    return release


async def test_event_loop_stays_free_while_a_disk_stalls(jp_fetch: Any, stalled: Callable[[], None]) -> None:
    slow = asyncio.ensure_future(jp_fetch("nbtrack", "api", "settings", params={"kernel_id": KERNEL_ID}))
    await asyncio.sleep(0.2)
    status = await asyncio.wait_for(jp_fetch("api", "status"), 2)
    assert status.code == 200
    assert not slow.done()
    stalled()
    assert json.loads((await slow).body)["kernel"] is None


async def test_deadline_is_503(
    jp_fetch: Any, stalled: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "DEADLINE", 0.3)
    answer = await jp_fetch("nbtrack", "api", "settings", params={"kernel_id": KERNEL_ID}, raise_error=False)
    stalled()
    assert answer.code == 503
    assert json.loads(answer.body)["code"] == "store_unavailable"


async def test_fault_of_ours_is_500_and_quotes_no_exception(jp_fetch: Any, jp_web_app: Any) -> None:
    class Faulty(base.Route):
        async def get(self) -> None:
            nothing: dict[str, Any] = {}
            await self.answer(lambda: {"never": nothing["https://ann:s3cret@host"]})

        # The server of the tests refuses what is not marked.
        get.__allow_unauthenticated = True  # type: ignore[attr-defined]

    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    with ThreadPoolExecutor(1) as pool:
        context = base.Context(root=Path(), pool=pool)
        url = f"{jp_web_app.settings['base_url']}nbtrack/api/faulty"
        jp_web_app.add_handlers(".*$", [(url, Faulty, {"context": context})])
        answer = await jp_fetch("nbtrack", "api", "faulty", raise_error=False)
    assert answer.code == 500
    assert json.loads(answer.body)["code"] == "fault"
    assert b"s3cret" not in answer.body


def test_loading_the_extension_imports_nothing_heavy(tmp_path: Path) -> None:
    """A fresh process, since this one has MLflow imported by other tests."""
    code = """
import sys
from jupyter_server.serverapp import ServerApp
before = set(sys.modules)
from nbtrack import _jupyter_server_extension_points
from importlib import import_module
for point in _jupyter_server_extension_points():
    module = import_module(point["module"])
app = ServerApp()
app.initialize(argv=["--no-browser", "--port=0", "--allow-root"], find_extensions=False, new_httpserver=False)
module._load_jupyter_server_extension(app)
print(*sorted(set(sys.modules) - before))
"""
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **folders, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    loaded = set(done.stdout.split())
    assert "nbtrack.server.routes" in loaded
    assert not loaded & HEAVY
