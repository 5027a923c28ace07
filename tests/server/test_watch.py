"""Pages learn of changes, whoever makes them; and nothing is asked while no page looks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient

from nbtrack.server import watch
from tests.server.events import until

if TYPE_CHECKING:
    import pytest

    from nbtrack.server.context import Context
    from tests.server.filled import Filled

RUN = """
import sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
print("ready", flush=True)
input()
client.create_run(sys.argv[2], run_name="by another process")
"""


async def test_a_run_of_another_process_is_told(get: Any, filled: Filled, told: list[dict[str, Any]]) -> None:
    assert await get("watch", "POST", body={"store": "workspace", "experiment_ids": ["1"]}) == {"seconds": 30}
    await until(told, 1, 5)
    assert [event["store"] for event in told] == ["workspace"]
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, filled.uri, filled.experiment_id,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None
    assert await other.stdout.readline() == b"ready\n"
    await asyncio.sleep(watch.SPACING)
    assert len(told) == 1, "MLflow's client alone changes nothing"
    other.stdin.write(b"\n")
    await other.stdin.drain()
    took = await until(told, 2, 5)
    print(f"told after {took:.2f} s, most of them MLflow's own")  # noqa: T201
    assert told[1]["mark"] != told[0]["mark"]
    assert "by another process" in {row["name"] for row in (await get("runs"))["items"]}
    await other.wait()


async def test_own_changes_are_told_at_once_and_not_too_often(
    get: Any, filled: Filled, told: list[dict[str, Any]]
) -> None:
    await get("watch", "POST", body={"experiment_ids": None})
    await until(told, 1, 5)
    await asyncio.sleep(watch.SPACING + watch.LOCAL)
    client = MlflowClient(filled.uri)
    began = time.monotonic()
    while time.monotonic() - began < 3:
        client.log_metric(filled.runs["running"], "loss", time.monotonic())
        await asyncio.sleep(0.05)
    assert 3 <= len(told) <= 6


async def test_nothing_is_asked_when_no_page_looks(
    get: Any, filled: Filled, told: list[Any], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LEASE", 0.8)
    await get("watch", "POST")
    process = context.processes._by_uri
    await until(told, 1, 5)
    await asyncio.sleep(1.5)
    last = process[filled.uri].used
    MlflowClient(filled.uri).create_experiment("unseen")
    await asyncio.sleep(1.5)
    assert process[filled.uri].used == last
    assert len(told) == 1
    await get("watch", "POST")
    await until(told, 2, 5)


async def test_one_store_by_two_names_is_asked_once_and_told_twice(
    get: Any, filled: Filled, told: list[Any], context: Context, write_record: Any
) -> None:
    kernel = f"kernel:{write_record(store=filled.uri).kernel_id}"
    for name in ("workspace", kernel, kernel):
        await get("watch", "POST", body={"store": name})
    await until(told, 2, 5)
    assert {event["store"] for event in told} == {"workspace", kernel}
    assert list(context.watch._ticking) == [filled.uri]


async def test_a_store_that_fails_and_recovers_is_told_of(
    get: Any, ask: Any, told: list[Any], root: Any
) -> None:
    """A server that is not there: its mark says so, and pages that look again see why."""
    (root / "pyproject.toml").write_text('[tool.nbtrack.stores]\nremote = "http://127.0.0.1:9"\n')
    await get("watch", "POST", body={"store": "remote", "experiment_ids": ["1"]})
    await until(told, 1, 40)
    assert told[0]["store"] == "remote"
    assert told[0]["mark"].startswith("problem:")
    assert (await ask("watch", "POST", body={"store": "nowhere"})).code == 404
