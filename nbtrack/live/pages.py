"""The pages that listen: each opens a comm to the target `nbtrack` and gets frames on it.

A page opens its comm, not the kernel: JupyterLab then delivers it through a subshell, also in the middle of
a cell. A page that has gone without a word costs a frame that nobody reads.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TARGET = "nbtrack"

_hearing: list[Callable[[Mapping[str, Any]], None]] = []


@contextlib.contextmanager
def telling(listener: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
    """Call `listener` with what pages say, in whatever thread, as long as this lasts."""
    _hearing.append(listener)
    try:
        yield
    finally:
        _hearing.remove(listener)


class Pages:
    """The comms of the pages that show this kernel's notebook.

    Parameters
    ----------
    on_opened
        Called, in whatever thread, when a page has come: it wants to see what there is.
    """

    def __init__(self, on_opened: Callable[[], None]) -> None:
        self._on_opened = on_opened
        self._lock = threading.Lock()
        self._comms: list[Any] = []

    def __len__(self) -> int:
        return len(self._comms)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take comms as long as this lasts, then close them."""
        import comm

        manager = comm.get_comm_manager()
        manager.register_target(TARGET, self.opened)
        try:
            yield
        finally:
            manager.unregister_target(TARGET, self.opened)
            for one in self._all():
                one.close()
            self._comms.clear()

    def send(self, head: dict[str, Any], points: bytes) -> None:
        """Send a frame. Once is enough: each page hears what is sent on any comm of the kernel."""
        for one in self._all()[-1:]:
            one.send(head, buffers=[points])

    def opened(self, opened: Any, _message: dict[str, Any]) -> None:
        """Take the comm that a page has opened."""
        opened.on_close(lambda _: self._closed(opened))
        opened.on_msg(_heard)
        with self._lock:
            self._comms.append(opened)
        self._on_opened()

    def _closed(self, closed: Any) -> None:
        with self._lock:
            self._comms = [one for one in self._comms if one is not closed]

    def _all(self) -> list[Any]:
        with self._lock:
            return list(self._comms)


def _heard(message: Mapping[str, Any]) -> None:
    data = message.get("content", {}).get("data")
    for listener in list(_hearing) if isinstance(data, dict) else ():
        listener(data)
