"""What every route owes: a login, one shape of errors, no cache, a free event loop."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tornado.web import authenticated

from nbtrack import runtime
from nbtrack.server import base
from nbtrack.server import context as server_context
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
VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
ELSEWHERE = "https://evil.example"


def url_of(path: str) -> str:
    return path.replace("([^/]+)", "1")


@pytest.mark.parametrize("path", ROUTES)
def test_every_verb_is_decorated(path: str, jp_web_app: Any) -> None:
    """Jupyter's own check of what it is given to serve."""
    assert jp_web_app._check_handler_auth(path, ROUTES[path]) == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}], ids=["none", "wrong"])
async def test_every_route_and_verb_needs_a_login(headers: dict[str, str], ask: Any) -> None:
    for path in ROUTES:
        for verb in VERBS:
            answer = await ask(url_of(path), verb, headers=headers, token=False)
            assert answer.code == 403, (verb, path)
            if verb != "HEAD":
                assert set(json.loads(answer.body)) == {"message", "hint", "code"}, (verb, path)


async def test_verbs_that_a_route_lacks(ask: Any) -> None:
    for path, route in ROUTES.items():
        for verb in VERBS:
            if verb.lower() not in vars(route):
                answer = await ask(url_of(path), verb)
                assert answer.code == 405, (verb, path)


async def logged_in(client: Any, base_url: str, token: str) -> dict[str, str]:
    """Log in as a browser does; returns the headers with which a page of Jupyter's asks."""
    answer = await client.fetch(f"{base_url}login?token={token}", follow_redirects=False, raise_error=False)
    xsrf = "5a2b7a54" * 4
    kept = [line.partition(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    return {"Cookie": "; ".join([*kept, f"_xsrf={xsrf}"]), "X-XSRFToken": xsrf}


async def test_another_site_reads_and_writes_nothing(
    ask: Any, http_server_client: Any, jp_base_url: str, jp_serverapp: Any, root: Path
) -> None:
    ours = await logged_in(http_server_client, jp_base_url, jp_serverapp.identity_provider.token)
    for path, route in ROUTES.items():
        for verb in VERBS:
            if verb.lower() not in vars(route):
                continue
            answer = await ask(url_of(path), verb, headers={**ours, "Origin": ELSEWHERE}, token=False)
            assert answer.code in {403, 404}, (verb, path)
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert not answer.headers.get("Access-Control-Allow-Origin"), (verb, path)
            if verb != "GET":
                answer = await ask(url_of(path), verb, headers={"Cookie": ours["Cookie"]}, token=False)
                assert answer.code == 403, (verb, path)
    assert os.listdir(root) == []  # noqa: PTH208 - pathlib is not for async functions
    mine = await ask("settings", headers={"Cookie": ours["Cookie"]}, token=False)
    assert mine.code == 200
    assert (await ask("watch", "POST", headers=ours, token=False)).code == 200


async def test_an_unchanged_answer_costs_nothing(ask: Any) -> None:
    answer = await ask("settings")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("application/json")
    again = await ask("settings", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.code, again.body) == (304, b"")


async def test_an_error_is_kept_by_no_cache(ask: Any) -> None:
    answer = await ask("store", store="nowhere")
    assert answer.code == 404
    assert answer.headers["Cache-Control"] == "no-store"


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
    monkeypatch.setattr(server_context, "DEADLINE", 0.3)
    answer = await jp_fetch("nbtrack", "api", "settings", params={"kernel_id": KERNEL_ID}, raise_error=False)
    stalled()
    assert answer.code == 503
    assert json.loads(answer.body)["code"] == "store_unavailable"


async def test_fault_of_ours_is_500_and_quotes_no_exception(ask: Any, jp_web_app: Any, context: Any) -> None:
    class Faulty(base.Route):
        @authenticated
        async def get(self) -> None:
            nothing: dict[str, Any] = {}
            await self.answer(lambda: {"never": nothing["https://ann:s3cret@host"]})

    url = f"{jp_web_app.settings['base_url']}nbtrack/api/faulty"
    jp_web_app.add_handlers(".*$", [(url, Faulty, {"context": context})])
    answer = await ask("faulty")
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
