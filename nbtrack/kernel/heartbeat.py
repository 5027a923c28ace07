"""A sign of life on every open run, so that no other kernel takes it for orphaned."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from nbtrack import tags
from nbtrack.liveness import HEARTBEAT_SECONDS

if TYPE_CHECKING:
    from nbtrack.kernel.runs import Runs

_log = logging.getLogger(__name__)


class Heartbeat:
    """Renews the heartbeat tag of the open runs once a minute, in a daemon thread."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._stop = threading.Event()

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._beat, name="nbtrack-heartbeat", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            for run in self._runs.open_runs():
                try:
                    self.touch(run.store, run.run_id)
                except Exception:  # noqa: BLE001 - the store may be away; the next beat tries again
                    _log.debug("no heartbeat for run %s", run.run_id, exc_info=True)

    @staticmethod
    def touch(store: object, run_id: str) -> None:
        """Write the tag of one run."""
        from mlflow.entities import RunTag

        store.set_tag(run_id, RunTag(tags.HEARTBEAT, str(int(time.time() * 1000))))  # type: ignore[attr-defined]
