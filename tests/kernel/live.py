"""A real kernel with a folder of its own, and a look at the store that it filled."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import mlflow
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlflow.entities import Run

PATIENCE = 90.0


@dataclass
class Reply:
    """What came of an execution."""

    status: str
    content: dict[str, Any]
    sent: str
    stdout: str = ""
    stderr: str = ""
    results: list[str] = field(default_factory=list)
    traceback: str = ""
    displays: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that the cell showed."""
        return "\n".join([self.stdout, self.stderr, *self.results, self.traceback])


class LiveKernel:
    """One kernel process, as JupyterLab would talk to it."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.frames: list[tuple[float, dict[str, Any], bytes]] = []
        self._env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "JPY_"))},
            "HOME": str(folder.parent / "home"),
            "IPYTHONDIR": str(folder.parent / "home" / "ipython"),
            "JUPYTER_RUNTIME_DIR": str(folder.parent / "home" / "runtime"),
            "JPY_SESSION_NAME": str(folder / "study.ipynb"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
            **(env or {}),
        }

    def __enter__(self) -> Self:
        (self.folder.parent / "home" / "runtime").mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.manager = KernelManager()
        self.manager.start_kernel(env=self._env, cwd=str(self.folder))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)

    @property
    def pid(self) -> int:
        """Process id of the kernel."""
        pid: int = self.manager.provisioner.pid  # type: ignore[union-attr]
        return pid

    def send(
        self,
        code: str,
        cell_id: str | None = None,
        meta: dict[str, Any] | None = None,
        *,
        keyboard: bool = False,
    ) -> str:
        """Start executing, without waiting; with a cell id as JupyterLab sends, or without as nbclient."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": keyboard,
            "stop_on_error": True,
        }
        metadata = {**({"cellId": cell_id} if cell_id else {}), **(meta or {})}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        sent: str = message["header"]["msg_id"]
        return sent

    def wait(self, sent: str, patience: float = PATIENCE) -> Reply:
        """Wait for an execution to end."""
        deadline = time.monotonic() + patience
        reply = Reply("", {}, sent)
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != sent:
                continue
            self._show(message, reply)
            if kind == "stream":
                setattr(reply, content["name"], getattr(reply, content["name"]) + content["text"])
            elif kind in ("execute_result", "display_data") and "nbtrack" not in content["metadata"]:
                reply.results.append(content["data"].get("text/plain", ""))
            elif kind == "error":
                reply.traceback = "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            answer = self.client.get_shell_msg(timeout=max(0.1, deadline - time.monotonic()))
            if answer["parent_header"].get("msg_id") == sent:
                reply.status, reply.content = answer["content"]["status"], answer["content"]
                return reply

    def run(
        self,
        code: str,
        cell_id: str | None = None,
        meta: dict[str, Any] | None = None,
        patience: float = PATIENCE,
    ) -> Reply:
        """Execute and wait."""
        return self.wait(self.send(code, cell_id, meta), patience)

    def ok(self, code: str, cell_id: str | None = None) -> Reply:
        """Execute what must go well."""
        reply = self.run(code, cell_id)
        assert reply.status == "ok", reply.text
        return reply

    def listen(self) -> None:
        """Open a comm as a page does."""
        content = {"comm_id": "page", "target_name": "nbtrack", "data": {"version": 1}}
        self.client.shell_channel.send(self.client.session.msg("comm_open", content))
        self.ok("1")

    def left(self, reply: Reply, kinds: set[str]) -> dict[str, Any]:
        """Return the MIME bundle that a cell's card was replaced by, once it has these types."""
        while not (reply.displays and reply.displays[-1]["data"].keys() == kinds):
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") == reply.sent:
                self._show(message, reply)
        bundle: dict[str, Any] = reply.displays[-1]["data"]
        return bundle

    def _show(self, message: dict[str, Any], reply: Reply) -> None:
        """Take note of a card, which is no output of the user's."""
        if message["msg_type"] == "comm_msg" and "card" in message["content"]["data"]:
            frame = (time.monotonic(), message["content"]["data"], bytes(message["buffers"][0]))
            self.frames.append(frame)
        elif "display_data" in message["msg_type"] and "nbtrack" in message["content"]["metadata"]:
            reply.displays.append(message["content"])

    def interrupt(self) -> None:
        """Press ■."""
        self.manager.interrupt_kernel()

    def kill(self) -> None:
        """End the process as the out-of-memory killer would."""
        os.kill(self.pid, signal.SIGKILL)
        until(lambda: not self.manager.is_alive())

    def restart(self) -> None:
        """Restart the kernel; it keeps its id."""
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=PATIENCE)

    def shutdown(self) -> None:
        """End the kernel in good order."""
        self.client.shutdown()
        until(lambda: not self.manager.is_alive())

    # -- the store, by MLflow's public API only ----------------------------------------------------

    @property
    def store(self) -> mlflow.MlflowClient:
        """The store that nbtrack made beside the notebook."""
        return mlflow.MlflowClient(f"sqlite:///{self.folder / 'mlflow.db'}")

    def runs(self, client: mlflow.MlflowClient | None = None, query: str = "") -> list[Run]:
        """Return all runs, oldest first."""
        client = client or self.store
        ids = [experiment.experiment_id for experiment in client.search_experiments()]
        found = client.search_runs(ids, query, order_by=["attributes.start_time ASC"], max_results=5000)
        return list(found)


def of(kernel: LiveKernel, *cells: str) -> list[Run]:
    """Return the runs of some cells, oldest first."""
    return [run for run in kernel.runs() if run.data.tags.get("nbtrack.cell.id") in cells]


def until(true: Callable[[], object], patience: float = 30.0) -> None:
    """Wait until something is so; fail when it does not come to be."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def tree(runs: list[Run]) -> dict[str, list[Run]]:
    """Return the runs by their parent's id, those at the top under ''."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.data.tags.get("mlflow.parentRunId", ""), []).append(run)
    return found
