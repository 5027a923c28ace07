"""Has the models of a journal logged, one after the other, each when all that comes before it is stored."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from nbtrack.journal import postponed
from nbtrack.journal.logmodel import AWAY
from nbtrack.journal.opened import whole
from nbtrack.journal.target import Away

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.journal.delivery import Delivery

_ATTEMPTS = 2
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_LOOK_SECONDS = 0.1


class Models:
    """The models that a journal's kernel has put off.

    Parameters
    ----------
    delivery
        Of the journal.
    """

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._process: subprocess.Popen[bytes] | None = None
        self._call: Path | None = None
        self._attempts = 0
        self._pause = _FIRST_PAUSE
        self._not_before = 0.0
        self._away = False

    def tend(self) -> bool:
        """Begin what is due, look what became of what was begun; tell whether anything is left."""
        if self._process is not None:
            if self._process.poll() is None:
                return True
            self._over(self._process.returncode)
        left = postponed.waiting(self._delivery.folder)
        if left and time.monotonic() >= self._not_before and self._is_due(left[0]):
            self._begin(left[0])
        return bool(left)

    def finish(self) -> None:
        """Have all logged now.

        Raises
        ------
        Away
            The store does not take one now.
        """
        while self.tend():
            if self._process is None and self._away:
                left = postponed.waiting(self._delivery.folder)
                raise Away(postponed.why(left[0]) if left else "the store was away")
            time.sleep(_LOOK_SECONDS)

    def _is_due(self, call: Path) -> bool:
        about, sent = postponed.about(call), self._delivery.sent
        return about is None or (sent.segment, sent.offset) >= (about.segment, about.offset)

    def _begin(self, call: Path) -> None:
        about = postponed.about(call)
        if about is None:
            postponed.drop(call)
            return
        run_id = self._delivery.real(about.run_id)
        environment = {**os.environ, "MLFLOW_TRACKING_URI": whole(about.uri)}
        for name in ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT"):
            environment.pop(name, None)  # the sender's impatience is not for files
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", "nbtrack.journal.logmodel", str(call), run_id],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError:  # too many processes, say
            self._not_before = time.monotonic() + _LONGEST_PAUSE
        if call != self._call:
            self._call, self._attempts, self._pause = call, 0, _FIRST_PAUSE

    def _over(self, code: int) -> None:
        self._process, call = None, self._call
        self._not_before, self._away = 0.0, code == AWAY
        if code == 0 or call is None or postponed.about(call) is None:
            return
        self._not_before = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        if code != AWAY:
            self._attempts += 1
            if self._attempts >= _ATTEMPTS:
                with contextlib.suppress(OSError):  # or it is tried again
                    postponed.refuse(call)
                self._not_before = 0.0
