"""Processes that are killed, stopped, mad or bored; all real."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from nbtrack.errors import StoreUnavailable
from nbtrack.server import child, process
from nbtrack.server.frames import Refused
from nbtrack.server.processes import Processes

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.server.context import Context
    from tests.server.filled import Filled


async def gone(pid: int, within: float = 8.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.05)
    return False


def pid_of(context: Context, uri: str) -> int:
    pid = context.processes.pids()[uri]
    assert pid is not None
    return pid


async def test_a_killed_process_is_replaced(get: Any, filled: Filled, context: Context) -> None:
    before = await get("runs")
    pid = pid_of(context, filled.uri)
    os.kill(pid, signal.SIGKILL)
    assert await get("runs") == before
    assert pid_of(context, filled.uri) != pid


async def test_one_process_for_one_store(
    get: Any, filled: Filled, context: Context, root: Path, write_record: Any
) -> None:
    (root / "pyproject.toml").write_text('[tool.nbtrack.stores]\nsame = "sqlite:///mlflow.db"\n')
    kernel = write_record(store=filled.uri)
    for name in ("workspace", "same", f"kernel:{kernel.kernel_id}"):
        await get("runs", store=name)
    assert list(context.processes.pids()) == [filled.uri]


async def test_a_stuck_process_is_ended_and_replaced(
    get: Any, ask: Any, filled: Filled, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "DEADLINE", 1.0)
    monkeypatch.setattr(process, "STUCK", 0.5)
    monkeypatch.setattr(process, "LOADING", 0.0)
    good = await get("runs")
    pid = pid_of(context, filled.uri)
    os.kill(pid, signal.SIGSTOP)
    began = time.perf_counter()
    answers = await asyncio.gather(ask("runs"), *(ask("experiments", query=str(one)) for one in range(9)))
    assert time.perf_counter() - began < 3
    assert json.loads(answers[0].body) == good
    assert answers[0].headers["X-Nbtrack-As-Of"]
    assert {answer.code for answer in answers[1:]} == {503}
    assert await gone(pid)
    assert await get("runs") == good
    assert pid_of(context, filled.uri) != pid


async def test_few_calls_in_flight(ask: Any, get: Any, filled: Filled, context: Context) -> None:
    await get("runs")
    os.kill(pid_of(context, filled.uri), signal.SIGSTOP)
    asked = [asyncio.ensure_future(ask("experiments", query=str(one))) for one in range(20)]
    waiting = context.processes._by_uri[filled.uri]._waiting
    for _ in range(200):
        await asyncio.sleep(0.05)
        if len(waiting) >= process.SLOTS:
            break
    await asyncio.sleep(0.5)  # for one too many
    assert len(waiting) == process.SLOTS
    os.kill(pid_of(context, filled.uri), signal.SIGCONT)
    assert {answer.code for answer in await asyncio.gather(*asked)} == {200}


async def test_a_change_is_not_made_twice(ask: Any, get: Any, filled: Filled, context: Context) -> None:
    await get("runs")
    pid = pid_of(context, filled.uri)
    os.kill(pid, signal.SIGSTOP)
    writing = asyncio.ensure_future(ask("experiments", "POST", body={"name": "once"}))
    await asyncio.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    answer = await writing
    assert answer.code == 503
    assert "may or may not" in json.loads(answer.body)["hint"]


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(3)",
        "print('no answer at all'); input(); input()",
        'input(); input(); print(\'{"id": 1, "ok": true, "size": 99}\'); print(\'{}\')',
        'input(); input(); print(\'{"id": 1, "ok": true, "size": -1}\', flush=True); input()',
    ],
)
async def test_a_process_that_fails_is_not_started_without_end(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    class Counted(child.Child):
        def __init__(self, *args: Any) -> None:
            started.append(self)
            super().__init__(*args)

    monkeypatch.setattr(child, "_COMMAND", [sys.executable, "-c", code])
    monkeypatch.setattr(process, "Child", Counted)
    processes = Processes(tmp_path)
    for _ in range(20):
        with pytest.raises(StoreUnavailable) as raised:
            await processes.read("sqlite:////nowhere/mlflow.db", "runs", {})
        assert "nowhere" not in str(raised.value)
    assert len(started) == 2
    processes.close()


UNWELL = """
import json, sys
sys.stdin.readline()
for number, line in enumerate(sys.stdin):
    call = json.loads(line)
    fine = call["args"].get("experiment_ids") != ["unwell"]
    body = {"mark": "x", "n": number} if fine else {"message": "no", "hint": "", "code": "c", "status": 503}
    text = json.dumps(body)
    print(json.dumps({"id": call["id"], "ok": fine, "size": len(text)}), text, sep="\\n", end="", flush=True)
"""


async def test_while_a_store_is_unwell_what_is_remembered_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_COMMAND", [sys.executable, "-c", UNWELL])
    processes, uri = Processes(tmp_path), "http://nowhere.example"

    async def number_of(**args: Any) -> int:
        return int(json.loads((await processes.read(uri, "runs", args)).body)["n"])

    assert await number_of() == 0
    with pytest.raises(Refused, match="no"):
        await processes.pulse(uri, ["unwell"])
    for _ in range(2):
        with pytest.raises(Refused, match="no"):
            await number_of()
    assert await number_of(filter="another question") == 2
    assert await processes.pulse(uri, []) == "x"
    assert await number_of() == 4

    monkeypatch.setattr("nbtrack.server.processes.UNWELL", 0.0)
    with pytest.raises(Refused, match="no"):
        await processes.pulse(uri, ["unwell"])
    assert await number_of() == 6
    processes.close()


async def test_an_idle_process_is_ended(
    get: Any, filled: Filled, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "IDLE", 0.5)
    await get("runs")
    assert await gone(pid_of(context, filled.uri))
    assert context.processes.pids() == {}
    await get("runs")


async def test_processes_are_few(tmp_path: Path, filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbtrack.server.processes.RUNNING", 2)
    processes = Processes(tmp_path)
    for number in range(4):
        await processes.read(f"{filled.uri}?cache={number}", "ping", {})
    assert len(processes.pids()) == 2
    processes.close()


SERVER = """
import asyncio, sys
from pathlib import Path
from nbtrack.server.processes import Processes

async def main():
    processes = Processes(Path.cwd())
    calls = [asyncio.ensure_future(processes.read(sys.argv[1], "experiments", {})) for _ in range(5)]
    while None in (pids := list(processes.pids().values())) or not pids:
        await asyncio.sleep(0.05)
    print(*pids, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_processes_end_with_a_killed_server(tmp_path: Path) -> None:
    """Also while all their threads wait for a server that never answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        server = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", SERVER, uri], stdout=subprocess.PIPE, cwd=tmp_path, text=True
        )
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        silent.settimeout(60)
        silent.accept()
        assert psutil.pid_exists(pid)
        server.kill()
        server.wait()
        assert await gone(pid)
        server.stdout.close()
