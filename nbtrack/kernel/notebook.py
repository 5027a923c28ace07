"""The path of the notebook that this kernel belongs to. Nobody tells a kernel; several know."""

from __future__ import annotations

import encodings.idna  # noqa: F401 - a socket's, which would import it in our thread: see `watch.py`
import json
import os
import re
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.kernel.behind import Behind

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

_TIMEOUT_SECONDS = 1.0
# A notebook is renamed by hand: asking more often tells nothing new.
_ASK_SECONDS = 2.0
# The server answers in some milliseconds; one that does not costs a cell's first run so much.
_ANSWER_SECONDS = 0.1


class Notebook:
    """Where the notebook is, as far as anybody knows at this moment.

    Parameters
    ----------
    kernel_id
        The Jupyter kernel's id.
    namespace
        The user's namespace, in which VS Code leaves the path.
    """

    def __init__(self, kernel_id: str, namespace: Mapping[str, Any]) -> None:
        self._kernel_id = kernel_id
        self._namespace = namespace
        self._server = _jupyter_server()
        self._live: str | None = None
        self._behind = Behind("nbtrack-notebook")
        self._asked = 0.0
        self._answered: threading.Event | None = None

    @property
    def root(self) -> Path | None:
        """The Jupyter server's root folder, None without a server."""
        root = self._server.get("root_dir")
        return Path(root) if root else None

    @property
    def folder(self) -> Path:
        """The notebook's folder, the working directory where it is not known."""
        path = self.path()
        if path is not None:
            folder = (self.root or Path.cwd()) / path  # an absolute path wins
            if folder.parent.is_dir():
                return folder.parent
        return Path.cwd()

    def path(self) -> str | None:
        """Return the path, from the root folder where that is known; None if nobody has told."""
        code = self._namespace.get("__vsc_ipynb_file__")
        if isinstance(code, str) and code:
            return self._from_root(code)
        if self._live is not None:
            return self._live
        name = os.environ.get("JPY_SESSION_NAME", "")
        return self._from_root(name) if name.endswith(".ipynb") else None

    def refresh(self) -> str | None:
        """Ask the Jupyter server, which knows of renames, and return the path. Takes up to a second."""
        if self._server:
            live = self._ask()
            if live is not None:  # a failed look-up is not remembered
                self._live = self._from_root(live)
        return self.path()

    def expect(self) -> None:
        """Ask the Jupyter server behind the cell's back, unless that was done a moment ago."""
        now = time.monotonic()
        if self._server and now - self._asked >= _ASK_SECONDS:
            self._asked = now
            self._answered = self._behind.put(self.refresh)

    def path_now(self) -> str | None:
        """Return the path after a short wait for an answer under way: it decides on the experiment."""
        answered, self._answered = self._answered, None
        if answered is not None:
            answered.wait(_ANSWER_SECONDS)
        return self.path()

    def stop(self) -> None:
        """Ask no more."""
        self._behind.stop(_TIMEOUT_SECONDS)

    def _from_root(self, path: str) -> str:
        if self.root is not None:
            try:
                return Path(path).relative_to(self.root).as_posix()
            except ValueError:
                pass
        return path

    def _ask(self) -> str | None:
        url = urllib.parse.urljoin(self._server["url"], "api/sessions")
        if not url.startswith(("http://", "https://")):
            return None
        request = urllib.request.Request(url)  # noqa: S310 - the scheme was looked at
        token = self._server.get("token")
        if token:
            request.add_header("Authorization", f"token {token}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                sessions = json.load(answer)
        except (OSError, ValueError):
            return None
        for session in sessions:
            if session.get("kernel", {}).get("id") == self._kernel_id and session.get("type") == "notebook":
                path: str = session["path"]
                return path
        return None


def kernel_id(shell: Any) -> str:
    """Return the id of the Jupyter kernel that `shell` runs in, `pid-N` outside Jupyter."""
    config = getattr(shell, "config", {})
    file = config.get("IPKernelApp", {}).get("connection_file", "")
    stem = Path(str(file)).stem.removeprefix("kernel-")
    return re.sub(r"[^A-Za-z0-9_.-]", "-", stem) or f"pid-{os.getpid()}"


def _jupyter_server() -> dict[str, Any]:
    """Return what the Jupyter server that started this kernel wrote about itself, {} without one.

    Read from its file rather than through jupyter_server, whose import takes half a second.
    """
    parent = os.environ.get("JPY_PARENT_PID", "")
    if not parent.isdigit():
        return {}
    from jupyter_core.paths import jupyter_runtime_dir

    try:
        text = (Path(jupyter_runtime_dir()) / f"jpserver-{parent}.json").read_text()
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("url"), str) else {}
