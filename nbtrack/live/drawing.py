"""The thread that draws: folds what was logged, sends frames to pages, leaves the picture that stays.

Everything about cards happens in it, in the order in which it was posted, so no interrupt can cut in and
nothing needs a lock. A cell that logs pays for one `deque.append`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from nbtrack.live.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.live.show import Show

_log = logging.getLogger(__name__)

FRAME_SECONDS = 0.15  # at most seven frames a second
# A page that was closed when a cell ended shows it as running; one that comes is told of so many.
MOST_ENDED = 8
SLOWEST_SECONDS = 3.0
# The share of a core that drawing may take: a frame that costs more makes the next one wait longer. To wake
# up, and messages on their way, take another quarter of it.
SHARE = 0.005


class Drawing:
    """Runs what is posted, then draws what has changed, at most seven times a second.

    Parameters
    ----------
    on_fault
        Called with the exception when something could not be drawn.
    """

    def __init__(self, on_fault: Callable[[Exception], None]) -> None:
        self.pages = Pages(self._page_came)
        self._on_fault = on_fault
        self._posted: deque[Callable[[], object]] = deque()
        self._wake = threading.Event()
        self._urgent = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._shows: list[Show] = []
        self._ended: deque[Show] = deque(maxlen=MOST_ENDED)

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._serve, name="nbtrack-drawing", daemon=True)
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Do what was posted, then end the thread; wait for it at most `seconds`."""

        def end() -> None:
            self._stopping = True

        self.now(end)
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(seconds)

    def post(self, work: Callable[[], object]) -> None:
        """Have `work` done before the next frame, whenever that is; without a thread, never."""
        if self._thread is None:
            return
        self._posted.append(work)
        if not self._wake.is_set():
            self._wake.set()

    def now(self, work: Callable[[], object]) -> threading.Event:
        """Have `work` done at once, after what was posted before; the event returned is set then."""
        over = threading.Event()
        if self._thread is None:
            over.set()
            return over

        def run() -> None:
            try:
                work()
            finally:
                over.set()

        self._posted.append(run)
        self._urgent.set()
        self._wake.set()
        return over

    def add(self, show: Show) -> None:
        """Draw `show` from now on. In the thread."""
        self._shows.append(show)

    def remove(self, show: Show) -> None:
        """Draw it no more. In the thread."""
        self._shows.remove(show)
        self._ended.append(show)

    def _page_came(self) -> None:
        self.post(self._renew)

    def _renew(self) -> None:
        for show in [*self._ended, *self._shows]:
            show.renew()

    def _serve(self) -> None:
        pause = 0.0
        while not self._stopping:
            self._wake.wait(self._patience())
            self._urgent.wait(pause)  # more is coming: one frame for all of it
            self._wake.clear()
            self._urgent.clear()
            before = time.thread_time()
            while self._posted:
                self._attempt(self._posted.popleft())
            for show in list(self._shows):
                self._attempt(show.draw)
            spent = time.thread_time() - before
            pause = min(max(FRAME_SECONDS, spent / SHARE), SLOWEST_SECONDS)

    def _patience(self) -> float | None:
        """Return how long the thread may sleep: until a display that lags behind is due."""
        due = [show.due for show in self._shows if show.lags]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a chart that fails must cost no metric and no cell
            _log.debug("nbtrack could not draw", exc_info=True)
            self._on_fault(error)
