"""The kernel's journal and its sender: begun when the first run is made, watched, and left in good order."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from nbtrack import sqlite
from nbtrack.journal import places
from nbtrack.journal.opened import bare
from nbtrack.journal.spawn import Sender
from nbtrack.journal.state import Sent, sent
from nbtrack.journal.writer import Journal, Unwritable
from nbtrack.kernel import behind
from nbtrack.kernel.lag import Lag
from nbtrack.kernel.worker import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbtrack.journal.format import Create
    from nbtrack.kernel.allowance import Allowance

_log = logging.getLogger(__name__)

# Another's long write, or a server that is being started anew, is not worth a word.
_TROUBLE_SECONDS = 5.0
_LOGIN = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")


class Outbox:
    """What this kernel logs, on its way to the store.

    Parameters
    ----------
    kernel_id
        Jupyter's.
    notebook
        Returns the notebook's path, None where it is not known.
    tell
        Called with a sentence for the user.
    allowance
        How long the running cell may wait.
    """

    def __init__(
        self,
        kernel_id: str,
        notebook: Callable[[], str | None],
        tell: Callable[[str], None],
        allowance: Allowance,
    ) -> None:
        self._kernel_id = kernel_id
        self._notebook = notebook
        self._tell = tell
        self._lock = threading.Lock()
        self._allowance = allowance
        self._lag = Lag(self._sent)
        self._warned = False
        self._trouble = False
        self._stored = (0, 0)
        self._dropped: str | None = None
        self.journal: Journal | None = None
        self._sender: Sender | None = None

    def open(self) -> Journal | None:
        """Return the journal, begun now if there is none; None where it can't be."""
        if not places.wanted():
            return None
        with self._lock:
            if self.journal is None and self._dropped is None:
                try:
                    folder = places.begin(self._kernel_id, self._notebook() or "")
                except OSError as error:
                    self._drop(f"{error.strerror or error} ({error.filename or places.root()})")
                    return None
                self.journal = Journal(folder)
                self._sender = Sender(folder, {VARIABLE}, self._on_thread)
                # A process takes milliseconds to start, and the cell need not wait for them.
                threading.Thread(target=self._sender.start, name="nbtrack-sender-start", daemon=True).start()
            return self.journal

    def prepare(self, uri: str) -> None:
        """Have the sender ready for a store that takes long to be ready for: any but a local file."""
        if sqlite.path_of(uri) is None and self.open() is not None:
            self._use(uri)

    def take(self, run_id: str, uri: str, wish: Create | None = None) -> bool:
        """Take over what is logged to a run from now on; tell whether that is possible.

        Parameters
        ----------
        wish
            For a run that the store has not made yet.
        """
        journal = self.open()
        if journal is None:
            return False
        self._use(uri)
        journal.run(run_id, bare(uri), is_open=True)
        if wish is not None:
            journal.create(run_id, wish)
        return True

    def made(self, run_id: str) -> str | None:
        """Return the id that the store has given to a run which it made later; None while it has not."""
        return self._sent().made.get(run_id)

    def unwritable(self, error: Unwritable) -> None:
        """Tell once that the journal takes no more, so that calls go straight to the store."""
        if self._dropped is None:
            self._drop(str(error))

    def begin_cell(self) -> None:
        """Give the next cell its own time to wait."""
        self._allowance.begin()
        self._warned = False

    def hurry(self) -> None:
        """Have the sender look at once."""
        if self._sender is not None:
            self._sender.hurry()

    def settle(self) -> bool:
        """Wait until the store has what was logged so far, within the cell's time; tell whether it has."""
        if self.journal is None or self._sender is None:
            return True
        position = self.journal.position
        if position == self._stored:
            return True
        began = time.monotonic()
        stored = self._sender.settled(position, self._allowance.left)
        self._allowance.spend(time.monotonic() - began)
        if stored:
            self._stored = position
        return stored

    def settle_read(self) -> None:
        """Settle before the store is read, with a word where it does not have everything."""
        if behind.here():
            return  # what we look up there is older than the cell, whose time to wait is the user's
        if not self.settle() and not self._warned:
            self._warned = True
            self._tell(
                f"the store does not have all yet that was logged ({self.state()}), so what was just read "
                "may lack the latest. Nothing is lost: `%track status` tells how far it is."
            )

    def state(self) -> str:
        """Return in a few words how far the store is."""
        if self.journal is None:
            return "nothing logged yet" if places.wanted() else "each call waits for the store"
        now, (segment, offset) = self._sent(), self.journal.position
        if now.error:
            return f"the store is away: {_bare(now.error)}; everything is kept on this disk and sent later"
        if (now.segment, now.offset) >= (segment, offset):
            return "all stored"
        return self.behind() or "being stored"

    def is_away(self) -> bool:
        """Tell whether the store is known not to answer."""
        return bool(self._sent().error)

    def behind(self) -> str:
        """Return how far the store is behind, "" where it keeps up."""
        return self._lag.text(self.journal)

    def watch(self) -> None:
        """Tell once that the store is away, and once that it is back. Between two cells."""
        if self.journal is None:
            return
        now = self._sent()
        lasts = bool(now.error) and time.time() - now.since > _TROUBLE_SECONDS
        if lasts and not self._trouble:
            self._tell(
                f"the store is away: {_bare(now.error)}. What cells log is kept on this disk and sent when "
                "it answers again; `nbtrack status` tells how much waits."
            )
            self._trouble = True
        elif self._trouble and not now.error:
            self._tell("the store answers again, and gets what was kept for it.")
            self._trouble = False

    def let_go(self, run_ids: Iterable[str]) -> None:
        """Leave runs open that are the user's own, beyond the end of the journal."""
        if self.journal is not None:
            for run_id in run_ids:
                self.journal.let_go(run_id)

    def stop(self, seconds: float) -> None:
        """Wait a little for the store, and leave the rest to the sender, which ends by itself."""
        journal, sender = self.journal, self._sender
        if journal is not None and sender is not None:
            self._allowance.begin(seconds)
            self.settle()
            sender.stop()
            journal.close()
        self.journal = self._sender = None

    def leave_to_parent(self) -> None:
        """Let go of the parent's journal. In a forked child."""
        if self._sender is not None:
            self._sender.leave_to_parent()
        self.journal = self._sender = None
        self._dropped = "forked"

    def _use(self, uri: str) -> None:
        if self._sender is not None:
            self._sender.use(uri, {name: os.environ[name] for name in _LOGIN if name in os.environ})

    def _sent(self) -> Sent:
        return Sent() if self.journal is None else sent(self.journal.folder)

    def _drop(self, why: str) -> None:
        self._dropped = why
        self._tell(
            f"what cells log can't be kept on this disk: {why}. It goes straight to the store now, and your "
            f"cells wait for it. Make room or set `{places.VARIABLE}` to a folder that can be written, and "
            "type `%reload_ext nbtrack`."
        )

    def _on_thread(self, why: str) -> None:
        self._tell(f"no process could be started to send what cells log ({why}): a thread does, more slowly.")


def _bare(sentence: str) -> str:
    return sentence.removesuffix(".")
