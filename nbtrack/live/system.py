"""What the training takes of the machine, told on the card and stored nowhere."""

from __future__ import annotations

import time

SECONDS = 1.0


class System:
    """Processor and memory of this process, read at most once a second."""

    def __init__(self) -> None:
        self._told: list[dict[str, str]] = []
        self._due = 0.0
        self._process: object = None

    def read(self) -> list[dict[str, str]]:
        """Return names and readable values, none at the first call: a share of time needs two."""
        import psutil

        now = time.monotonic()
        if now >= self._due:
            self._due = now + SECONDS
            if not isinstance(self._process, psutil.Process):
                self._process = psutil.Process()
                self._process.cpu_percent()
                return []
            with self._process.oneshot():
                busy, memory = self._process.cpu_percent(), self._process.memory_info().rss
            self._told = [
                {"name": "CPU", "text": f"{busy:.0f} %"},
                {"name": "memory", "text": f"{memory / 1e9:.2f} GB"},
            ]
        return self._told
