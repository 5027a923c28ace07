"""Slow imports, such as scikit-learn's, behind the first call that needs them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nbtrack.errors import StoreUnavailable
from nbtrack.store.faults import Starting

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 0.9  # seconds that a call waits; its own work comes on top

_lock = threading.Lock()
_begun: dict[Callable[[], None], _Import] = {}


def load(imports: Callable[[], None], name: str) -> None:
    """Do imports in a thread, once, and wait for them a moment; in the main thread, do them there.

    The process of a store has other calls to answer meanwhile. In a kernel, MLflow's hooks on imports can
    lock out any thread but the main one.

    Parameters
    ----------
    name
        What is loaded, for people.

    Raises
    ------
    Starting
        If they take longer: the same call works in a moment.
    StoreUnavailable
        If they fail.
    """
    if threading.current_thread() is threading.main_thread():
        imports()
        return
    with _lock:
        work = _begun.get(imports)
        if work is None or work.failed is not None:
            work = _begun[imports] = _Import(imports)
            threading.Thread(target=work.run, name="nbtrack-import", daemon=True).start()
    if not work.done.wait(_PATIENCE):
        raise Starting(f"{name} is still being loaded.", hint="Try again in a moment.")
    if work.failed is not None:
        raise StoreUnavailable(
            f"{name} can't be imported: {type(work.failed).__name__}.",
            hint=f"Type `pip install -U {name}` to mend it.",
        )


class _Import:
    def __init__(self, imports: Callable[[], None]) -> None:
        self._imports = imports
        self.done = threading.Event()
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            self._imports()
        except Exception as error:  # noqa: BLE001 - whatever it is, the call that needs it says so
            self.failed = error
        self.done.set()
