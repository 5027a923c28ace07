"""Asks a Lab's server how it is, all the while that something else goes on."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from http.client import HTTPConnection
from statistics import median
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.ui.lab import Lab

STATUS = "/api/status"
LOCAL = "/nbtrack/api/runs?store=workspace"


class Pulse:
    """Asks for Jupyter's status and for the runs of its own store; `took` are seconds by path.

    Parameters
    ----------
    lab
        Whose server is asked, past its page: a browser keeps some requests waiting.
    """

    def __init__(self, lab: Lab) -> None:
        url = urlsplit(lab.url())
        self._host = url.netloc
        self._headers = {"Authorization": f"token {parse_qs(url.query)['token'][0]}"}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.took: dict[str, list[float]] = {STATUS: [], LOCAL: []}
        self.failed: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def __str__(self) -> str:
        return ", ".join(
            f"{path.partition('?')[0]}: median {1000 * median(took):.0f}, longest {1000 * max(took):.0f} ms"
            for path, took in self.took.items()
        )

    def _beat(self) -> None:
        while not self._over.wait(0.05):
            for path, took in self.took.items():
                begun = time.perf_counter()
                try:
                    problem = self._ask(path)
                except OSError as error:
                    problem = repr(error)
                took.append(time.perf_counter() - begun)
                if problem:
                    self.failed.append(f"{path}: {problem}")

    def _ask(self, path: str) -> str | None:
        with closing(HTTPConnection(self._host, timeout=30)) as connection:
            connection.request("GET", path, headers=self._headers)
            answer = connection.getresponse()
            body = answer.read()
        if answer.status != 200 or answer.getheader("X-Nbtrack-As-Of"):
            return f"{answer.status} {body[:200]!r}"
        return "no run" if path == LOCAL and not json.loads(body)["items"] else None
