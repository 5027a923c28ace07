"""Starts a real JupyterLab in folders of its own, and drives its page."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any

import nbformat
import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Page

_START = 90.0  # seconds; the first start on a cold disk is the slow one
PATIENCE = 60_000  # milliseconds that a kernel may take to start or a cell to finish


class Lab:
    """A JupyterLab server.

    Parameters
    ----------
    home
        Folder for everything it keeps: HOME, configuration, runtime files, log.
    options
        More options of `jupyter lab`.
    """

    def __init__(self, home: Path, options: Sequence[str] = ()) -> None:
        self.root = home / "root"
        self.log = home / "lab.log"
        config = home / "config"
        (config / "labconfig").mkdir(parents=True)
        self.root.mkdir()
        # The announcements ask people questions, and a server on the internet.
        (config / "labconfig" / "page_config.json").write_text(
            json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}})
        )
        self._token = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self._base = f"http://127.0.0.1:{self._port}"
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            f"--port={self._port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self._token}",
            # Makes window.jupyterapp, by which a test knows what Lab is about.
            "--LabApp.expose_app_in_browser=True",
            *options,
        ]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self.root, env=_environment(home), stdout=log, stderr=subprocess.STDOUT
            )
        self._wait()

    def stop(self) -> None:
        """End the server and, with it, its kernels."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def url(self, path: str = "", *, workspace: str = "", reset: bool = True) -> str:
        """Return the address of a page: a file's, in a workspace of its own."""
        place = f"/lab/workspaces/{workspace or secrets.token_hex(4)}"
        tree = f"/tree/{path}" if path else ""
        return f"{self._base}{place}{tree}?{'reset&' if reset else ''}token={self._token}"

    def write_notebook(self, name: str, *sources: str, markdown: str = "") -> str:
        """Write a notebook with these code cells into the root folder and return its name."""
        v4: Any = nbformat.v4
        notebook = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
        notebook.cells = [v4.new_markdown_cell(markdown)] if markdown else []
        notebook.cells += [v4.new_code_cell(source) for source in sources]
        nbformat.write(notebook, self.root / name)
        return name

    def kernel_process(self, kernel_id: str) -> int:
        """Return the process of a kernel."""
        (found,) = [
            process.pid
            for process in psutil.Process(self._process.pid).children(recursive=True)
            if any(f"kernel-{kernel_id}.json" in word for word in process.cmdline())
        ]
        return found

    def _wait(self) -> None:
        headers = {"Authorization": f"token {self._token}"}
        end = time.monotonic() + _START
        while time.monotonic() < end and self._process.poll() is None:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
            try:
                connection.request("GET", "/api/status", headers=headers)
                if connection.getresponse().status == HTTPStatus.OK:
                    return
            except (OSError, HTTPException):
                pass  # not listening yet
            finally:
                connection.close()
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}")


def _environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "JUPYTER"))}
    return {
        **kept,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
    }


def go(page: Page, url: str) -> None:
    """Open a page of Lab and wait until its layout is restored."""
    page.goto(url)
    page.wait_for_function("window.jupyterapp !== undefined", timeout=PATIENCE)
    page.evaluate("window.jupyterapp.restored.then(() => null)")


def wait_for_kernel(page: Page) -> str:
    """Wait until the current notebook's kernel is idle, and return its id."""
    kernel = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.status === 'idle'", timeout=PATIENCE)
    return str(page.evaluate(f"{kernel}.id"))


def command(page: Page, name: str, **arguments: object) -> None:
    """Execute a command of Lab and wait for it."""
    page.evaluate(
        "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)", [name, arguments]
    )
