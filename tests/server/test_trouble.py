"""Tracking servers that stall, break and ask for a login, behind a Jupyter server that must not mind."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import TYPE_CHECKING, Any, Self

import pytest
from mlflow import MlflowClient

from tests.server.events import until
from tests.server.proxy import Network, mlflow_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.filled import Filled
    from tests.server.proxy import Mode

PASSWORD = "s3cret-Pa55"  # noqa: S105 - of nothing
SLACK = 0.5  # seconds; what counts is that it is not the 4 s of a stalled call


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mlflow_server(tmp_path_factory.mktemp("mlflow-server")) as port:
        client = MlflowClient(f"http://127.0.0.1:{port}")
        client.create_run(client.create_experiment("remote"), run_name="far away")
        yield port


@pytest.fixture
def network(upstream: int, root: Path) -> Iterator[Network]:
    """Name a store `remote` that is reached through a network of our own."""
    network = Network(upstream)
    uri = f"http://ann:{PASSWORD}@127.0.0.1:{network.port}"
    (root / "pyproject.toml").write_text(f'[tool.nbtrack.stores]\nremote = "{uri}"\n')
    yield network
    network.close()


async def until_fresh(ask: Any, path: str, **query: str) -> Any:
    """Ask until the answer is the store's own."""
    for _ in range(40):
        answer = await ask(path, **query)
        if answer.code == 200 and "X-Nbtrack-As-Of" not in answer.headers:
            return answer
        await asyncio.sleep(0.5)
    pytest.fail(f"no fresh answer: {answer.code} {answer.body} {answer.headers}")


class Pulse:
    """Asks `/api/status` and the local store all the while, and keeps the longest times."""

    def __init__(self, jp_fetch: Any, ask: Any) -> None:
        self._fetch, self._ask = jp_fetch, ask
        self.status = self.local = 0.0

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.ensure_future(self._look_at_status()),
            asyncio.ensure_future(self._look_at_local()),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look_at_status(self) -> None:
        while True:
            began = time.perf_counter()
            await self._fetch("api", "status")
            self.status = max(self.status, time.perf_counter() - began)
            await asyncio.sleep(0.02)

    async def _look_at_local(self) -> None:
        while True:
            began = time.perf_counter()
            answer = await self._ask("experiments")
            assert answer.code == 200
            assert "X-Nbtrack-As-Of" not in answer.headers
            self.local = max(self.local, time.perf_counter() - began)
            await asyncio.sleep(0.1)


CODES: dict[Mode, str] = {
    "mute": "store_unavailable",
    "500": "store_unavailable",
    "half": "store_unavailable",
    "closed": "store_unavailable",
    "401": "login_needed",
}


async def test_servers_in_trouble(
    ask: Any, jp_fetch: Any, network: Network, filled: Filled, caplog: pytest.LogCaptureFixture
) -> None:
    assert filled.uri.startswith("sqlite:")
    caplog.set_level(logging.DEBUG)
    async with Pulse(jp_fetch, ask) as pulse:
        good = await until_fresh(ask, "experiments", store="remote")
    print(f"two processes load MLflow: /api/status at most {pulse.status:.3f} s")  # noqa: T201
    assert pulse.status < SLACK
    assert "remote" in {item["name"] for item in json.loads(good.body)["items"]}
    for mode, code in CODES.items():
        async with Pulse(jp_fetch, ask) as pulse:
            network.mode = mode
            said = await _in_trouble(mode, code, good, ask)
        print(f"{mode}: /api/status at most {pulse.status:.3f} s, another store {pulse.local:.3f} s")  # noqa: T201
        assert pulse.status < SLACK, mode
        assert pulse.local < 2 * SLACK, mode

        network.mode = "pass"
        again = await until_fresh(ask, "experiments", store="remote")
        assert again.headers["ETag"] == good.headers["ETag"]
        assert json.loads((await until_fresh(ask, "store", store="remote")).body)["problem"] is None
        runs = await until_fresh(ask, "runs", store="remote", filter=mode_filter(mode))
        assert "far away" in runs.body.decode()
        for answer in (*said, again):
            assert PASSWORD not in answer.body.decode() + str(list(answer.headers.get_all()))
    assert PASSWORD not in caplog.text


async def test_who_looks_is_told_of_silence_and_of_its_end(
    ask: Any, get: Any, network: Network, told: list[dict[str, Any]]
) -> None:
    good = await until_fresh(ask, "experiments", store="remote")
    await get("watch", "POST", body={"store": "remote"})
    await until(told, 1, 60)
    network.mode = "mute"
    silent = await until(told, 2, 60)
    assert told[1]["mark"].startswith("problem:")

    began = time.perf_counter()
    old = await ask("experiments", store="remote")
    took = time.perf_counter() - began
    assert took < 2 * SLACK, "what is known is not asked again"
    assert (old.code, old.body) == (200, good.body)
    assert "does not answer" in json.loads(old.headers["X-Nbtrack-Problem"])["message"]

    network.mode = "pass"
    well = await until(told, 3, 60)
    assert told[2] == told[0]
    again = await ask("experiments", store="remote")
    assert (again.code, again.headers["ETag"]) == (200, good.headers["ETag"])
    assert "X-Nbtrack-As-Of" not in again.headers
    print(f"told of silence after {silent:.1f} s, then {took:.3f} s; of its end after {well:.1f} s")  # noqa: T201


def mode_filter(mode: Mode) -> str:
    """Return a question that no other mode asks, so that there is no last good answer."""
    return f"attributes.run_name != '{mode}'"


async def _in_trouble(mode: Mode, code: str, good: Any, ask: Any) -> list[Any]:
    """Ask while the server is in trouble; returns the answers."""
    before, began = int(time.time() * 1000), time.perf_counter()
    stalled = [ask("experiments", store="remote", query=f"{mode}{number}") for number in range(4)]
    old, new, store, *others = await asyncio.gather(
        ask("experiments", store="remote"),
        ask("runs", store="remote", filter=mode_filter(mode)),
        ask("store", store="remote"),
        *stalled,
    )
    took = time.perf_counter() - began
    assert took < 7, (mode, took)
    assert (old.code, old.body) == (200, good.body)
    assert int(old.headers["X-Nbtrack-As-Of"]) <= before
    problem = json.loads(old.headers["X-Nbtrack-Problem"])
    assert set(problem) == {"message", "hint", "code"}
    assert problem["code"] == code, mode
    assert "ETag" not in old.headers
    assert old.headers["Cache-Control"] == "no-store"
    said = json.loads(new.body)
    assert (new.code, said["code"]) == (503, code), mode
    assert said["message"]
    assert said["hint"]
    about = json.loads(store.body)
    assert (store.code, about["name"]) == (200, "remote")
    assert about["readable"].startswith("MLflow server · 127.0.0.1:")
    assert about["problem"]["code"] == code, mode
    assert {other.code for other in others} == {503}
    return [old, new, store, *others]
