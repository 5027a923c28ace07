"""The panel of `jupyterlab-mlflow` (PyPI) and ours, over one store and behind one Jupyter server.

Each panel's requests are made here, in its order, from its opening until the answer with an experiment's
runs; what its page makes of them is left out. Meanwhile another process asks for `/api/status` all the time:
how long one of its answers takes is how long Jupyter was blocked.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.benchmarks.table import Line, compared, rounds, unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

PEER = "jupyterlab-mlflow"
_VERSION = "0.5.0"
RUNS = 1500
_START = 60.0  # seconds
_WHAT = f"runs panel on {RUNS:,} runs"


def panels() -> Iterator[Line]:
    """Open both panels by turns, the first time right after Jupyter's start."""
    from tests.ui import many

    with tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as name:
        folder = Path(name)
        # Not into the environment: there it would switch on routes that answer without a token.
        install = ["uv", "pip", "install", "-q", "--no-deps", "--target", str(folder / "peer")]
        found = subprocess.run(
            [sys.executable, "-m", *install, f"{PEER}=={_VERSION}"], capture_output=True, check=False
        )
        if found.returncode:
            yield unmeasured(_WHAT, f"{PEER} can't be installed")
            return
        many.write(folder / "mlflow.db", experiments=2, runs=RUNS)
        with _Jupyter(folder) as jupyter, contextlib.closing(_Pulse(jupyter.address)) as pulse:
            peer, mine = (_Opening(jupyter.address, pulse, calls) for calls in (_peer, _ours))
            yield _line(", the first time", "first", [peer], [mine])
            theirs, ours = [], []
            for _ in rounds(9, 10, 3):
                theirs.append(_Opening(jupyter.address, pulse, _peer))
                ours.append(_Opening(jupyter.address, pulse, _ours))
        yield _line(": until the first row", "first", theirs, ours)
        yield _line(f": until all rows (the peer ends at {theirs[0].rows:,})", "all", theirs, ours)
        yield _line(": sent until the first row", "sent", theirs, ours, unit="kB")
        yield _line(": Jupyter blocked", "blocked", theirs, ours)


def _line(what: str, of: str, theirs: list[_Opening], ours: list[_Opening], unit: str = "") -> Line:
    peer, mine = ([getattr(one, of) for one in some] for some in (theirs, ours))
    return compared(_WHAT + what, (PEER, peer), mine, most_ratio=1, unit=unit)


def _peer(get: Callable[[str], Any]) -> Iterator[int]:
    """Ask as the peer does: its tree of experiments, and one that is unfolded."""
    experiments = get("mlflow/api/experiments")["experiments"]
    chosen = next(one["experiment_id"] for one in experiments if one["name"] == "many")
    yield len(get(f"mlflow/api/experiments/{chosen}/runs")["runs"])


def _ours(get: Callable[[str], Any]) -> Iterator[int]:
    """Ask as our sidebar does: settings, experiments, how the chosen one is looked at, and its pages."""
    store = get("nbtrack/api/settings")["store"]["name"]
    experiments = get(f"nbtrack/api/experiments?store={store}")["items"]
    chosen = next(one["experiment_id"] for one in experiments if one["name"] == "many")
    get(f"nbtrack/api/experiments/{chosen}/view?store={store}")
    asked = f"nbtrack/api/runs?store={store}&experiment_id={chosen}&top_level=true&max_results="
    page = get(f"{asked}200")
    yield len(page["items"])
    while page["next_page_token"]:
        page = get(f"{asked}1000&page_token={page['next_page_token']}")
        yield len(page["items"])


class _Opening:
    """One opening of a panel: milliseconds, and kilobytes until the first row."""

    def __init__(
        self, address: _Address, pulse: _Pulse, calls: Callable[[Callable[[str], Any]], Iterator[int]]
    ) -> None:
        self.first = self.sent = 0.0
        self.rows = 0
        sent = 0

        def get(path: str) -> Any:
            nonlocal sent
            body = address.get(connection, path)
            sent += len(body)
            return json.loads(body)

        with contextlib.closing(address.connection()) as connection:
            pulse.begin()
            begun = time.perf_counter()
            for rows in calls(get):
                self.rows += rows
                if not self.first:
                    self.first, self.sent = 1000 * (time.perf_counter() - begun), sent / 1000
            self.all = 1000 * (time.perf_counter() - begun)
            self.blocked = pulse.end()


class _Pulse:
    """Asks for `/api/status` all the time while told to; in a process of its own: it must not wait for us."""

    def __init__(self, address: _Address) -> None:
        self._pipe, other = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_beat, args=(address, other), daemon=True)
        self._process.start()
        self._pipe.recv()

    def begin(self) -> None:
        """Ask from now on."""
        self._pipe.send("begin")

    def end(self) -> float:
        """Return the milliseconds of the answer that took longest."""
        self._pipe.send("end")
        longest: float = self._pipe.recv()
        return longest

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _beat(address: _Address, pipe: Connection) -> None:
    pipe.send("ready")
    with contextlib.closing(address.connection()) as connection:
        while pipe.recv():
            longest = 0.0
            while not pipe.poll():
                begun = time.perf_counter()
                address.get(connection, "api/status")
                longest = max(longest, 1000 * (time.perf_counter() - begun))
                time.sleep(0.002)
            pipe.recv()
            pipe.send(longest)


@dataclass(frozen=True)
class _Address:
    """Where a Jupyter server is asked."""

    port: int
    token: str

    def connection(self) -> HTTPConnection:
        """Return a connection of its own."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, connection: HTTPConnection, path: str) -> bytes:
        """Return the body of a good answer."""
        connection.request("GET", f"/{path}", headers={"Authorization": f"token {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
        return body


class _Jupyter:
    """A Jupyter server with both server parts, in a folder with the store and the peer."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = _Address(free.getsockname()[1], secrets.token_hex(16))
        self._log = folder / "jupyter.log"
        environment = {
            **os.environ,
            "HOME": str(folder),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "PYTHONPATH": str(folder / "peer"),
            "JUPYTERLAB_MLFLOW_SKIP_AUTO_ENABLE": "1",  # or it writes into the environment's configuration
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        }
        command = [
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            f"--port={self.address.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={self.address.token}",
            "--ServerApp.jpserver_extensions={'nbtrack': True, 'jupyterlab_mlflow.serverextension': True}",
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> Self:
        end = time.monotonic() + _START
        while time.monotonic() < end and self._process.poll() is None:
            with (
                contextlib.suppress(OSError, HTTPException),
                contextlib.closing(self.address.connection()) as connection,
            ):
                self.address.get(connection, "api/status")
                return self
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"Jupyter did not start:\n{self._log.read_text()}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
