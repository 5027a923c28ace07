"""Real servers that can die: one of this MLflow, and one of MLflow 2, which knows no LoggedModels."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

import nbtrack
from tests.server.proxy import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = Path(nbtrack.__file__).parent.parent / ".venv-mlflow2"


class Server:
    """The server; it can die, and come back at the same port with the same store."""

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self.folder, self.port, self._python = folder, free_port(), python
        self.uri = f"http://127.0.0.1:{self.port}"
        self._process: psutil.Popen | None = None

    def start(self) -> None:
        command = [
            self._python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--backend-store-uri", f"sqlite:///{self.folder}/server.db",
            "--artifacts-destination", str(self.folder / "artifacts"),
        ]  # fmt: skip
        # Nothing of the client's environment is meant for it.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
        environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
        # The jobs of MLflow 3 would be seven more processes, for what nobody asks here.
        environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
        with (self.folder / "server.log").open("ab") as log:
            self._process = psutil.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment)
        until = time.monotonic() + 120
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            urlopen(f"{self.uri}/health", timeout=2).close()  # noqa: S310
        except (OSError, URLError):
            return False
        return True

    def kill(self) -> None:
        if self._process is None:
            return
        for one in [*self._process.children(recursive=True), self._process]:
            with contextlib.suppress(psutil.Error):
                one.kill()
        self._process.wait()
        self._process = None


@contextlib.contextmanager
def new_server(folder: Path) -> Iterator[Server]:
    """Run a server of the MLflow that is installed here."""
    with _running(Server(folder)) as server:
        yield server


@contextlib.contextmanager
def old_server(folder: Path) -> Iterator[Server]:
    if not (ENVIRONMENT / ".test").exists():
        pytest.fail("There is no MLflow 2 to test with: type `make test-unit`, which makes .venv-mlflow2.")
    with _running(Server(folder, str(ENVIRONMENT / "bin" / "python"))) as server:
        yield server


@contextlib.contextmanager
def _running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.kill()
