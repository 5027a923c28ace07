from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from tests.server.filled import Filled


async def test_folders_at_any_depth(get: Any, filled: Filled) -> None:
    path = f"runs/{filled.runs['best']}/artifacts"
    items = {item["path"]: item for item in (await get(path))["items"]}
    assert items["notes.txt"] == {"path": "notes.txt", "name": "notes.txt", "is_dir": False, "size": 5}
    assert items["deep"]["is_dir"] is True
    (below,) = (await get(path, path="deep"))["items"]
    assert (below["path"], below["name"]) == ("deep/er", "er")
    (file,) = (await get(path, path="deep/er"))["items"]
    assert file["name"] == "<img src=x onerror=alert(1)>.json"


async def test_bytes_come_in_a_sandbox(ask: Any, filled: Filled) -> None:
    path = f"runs/{filled.runs['best']}/artifact"
    answer = await ask(path, path="notes.txt")
    assert answer.body == b"hello"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src 'self' data:")
    assert "allow-" not in policy
    again = await ask(path, path="notes.txt", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.code == 304
    download = await ask(path, path="notes.txt", download=1)
    assert download.headers["Content-Type"] == "application/octet-stream"
    assert download.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", None),
        ("plot.svg", None),
        ("tables/data.csv", None),
        ("dot.png", "image/png"),
        ("deep/er/<img src=x onerror=alert(1)>.json", "application/json"),
    ],
)
async def test_what_a_browser_could_run_is_only_downloaded(
    name: str, kind: str | None, ask: Any, filled: Filled
) -> None:
    answer = await ask(f"runs/{filled.runs['best']}/artifact", path=name)
    assert answer.code == 200
    how, _, encoded = answer.headers["Content-Disposition"].partition("; filename*=utf-8''")
    assert how == ("inline" if kind else "attachment")
    assert unquote(encoded) == name.rpartition("/")[2]
    assert answer.headers["Content-Type"] == (kind or "application/octet-stream")


OUT = [
    "..",
    "../",
    "../../secret.txt",
    "a/../../notes.txt",
    "/etc/passwd",
    "//etc/passwd",
    "C:\\secret.txt",
    "..\\secret.txt",
    "notes.txt\0",
    "%2e%2e/%2e%2e/secret.txt",
    "..%2fsecret.txt",
    "..%252fsecret.txt",
    "file:///etc/passwd",
    "https://evil.example/x",
    "out.txt",
    "outside/secret.txt",
    "./../x",
    "deep/../../../../secret.txt",
    "\uff0e\uff0e/secret.txt",
]


@pytest.mark.parametrize("route", ["artifact", "artifacts", "table"])
async def test_no_path_leads_out(route: str, ask: Any, filled: Filled) -> None:
    for path in [*OUT, "outside"]:
        answer = await ask(f"runs/{filled.runs['best']}/{route}", path=path)
        empty = route == "artifacts" and answer.code == 200 and json.loads(answer.body)["items"] == []
        assert answer.code in {400, 404} or empty, (path, answer.code, answer.body)
        assert b"s3cret" not in answer.body
        assert b"root:" not in answer.body


async def test_missing_and_too_large(ask: Any, filled: Filled, context: Any) -> None:
    run = f"runs/{filled.runs['best']}"
    assert (await ask(f"{run}/artifact", path="none.txt")).code == 404
    assert (await ask(f"{run}/artifact", path="deep")).code in {400, 404}
    assert (await ask(f"{run}/artifact")).code in {400, 404}
    assert context.processes.pids()


async def test_table(get: Any, ask: Any, filled: Filled) -> None:
    run = f"runs/{filled.runs['best']}"
    table = await get(f"{run}/table", path="tables/data.csv")
    assert table["columns"] == ["a", "b"]
    assert [[str(value) for value in row] for row in table["rows"]] == [["1", "2"], ["3", "4"]]
    first = await get(f"{run}/table", path="tables/data.csv", rows=1)
    assert len(first["rows"]) == 1
    assert (await ask(f"{run}/table", path="dot.png")).code == 400
    assert (await ask(f"{run}/table", path="tables/data.csv", rows="all")).code == 400
