"""Import MLflow and open the store behind the first cells."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# An import or a file system that hangs must not hang the user's cell for longer. It is long, since to import
# MLflow in two threads at once may leave it half there for good, and a busy machine takes a minute for it.
PATIENCE_SECONDS = 180


class Warmup:
    """Runs `work` in a daemon thread; `wait` is what the first cell that needs it does.

    Parameters
    ----------
    work
        Imports MLflow and wires nbtrack into it.
    on_failure
        Called with what `work` raised.
    then
        What may follow with nobody waiting; its failures are the next caller's to meet.
    """

    def __init__(
        self,
        work: Callable[[], None],
        on_failure: Callable[[Exception], None],
        then: Callable[[], None],
    ) -> None:
        self._work = work
        self._on_failure = on_failure
        self._then = then
        self._over = threading.Event()
        self.succeeded = False

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="nbtrack-warmup", daemon=True).start()

    def wait(self) -> bool:
        """Wait until `work` is over; return whether it went well."""
        if not self._over.is_set():
            self._over.wait(PATIENCE_SECONDS)
        return self.succeeded

    def _run(self) -> None:
        try:
            self._work()
            self.succeeded = True
        except Exception as error:  # noqa: BLE001 - told to the user in one sentence
            self._on_failure(error)
        finally:
            self._over.set()
        if self.succeeded:
            with contextlib.suppress(Exception):
                self._then()
