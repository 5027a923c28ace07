"""The place under a cell where its card stands: shown once, then replaced in place."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextvars import Context


class Publisher(Protocol):
    """IPython's way to show something."""

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any], *, transient: dict[str, Any], update: bool
    ) -> None:
        """Show or replace a display."""


class Screen:
    """A display under one cell, reachable from any thread also when another cell runs.

    Parameters
    ----------
    publisher
        The shell's publisher.
    context
        Copied while the cell ran: the kernel keeps in it which cell an output belongs to.
    key
        The display's id.
    cell_id
        Told to pages, which find the cell by it after a reload.
    """

    def __init__(self, publisher: Publisher, context: Context, key: str, cell_id: str | None) -> None:
        self._publisher = publisher
        self._transient = {"display_id": key}
        self._metadata = {"nbtrack": {"card": key, "cell_id": cell_id}}
        self._context = context
        self._showing = threading.Lock()  # a context can't be entered twice
        self.shown = False

    def show(self, bundle: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        """Show the bundle, in the place of what was shown before; `metadata` is by MIME type."""
        told = {**self._metadata, **(metadata or {})}
        with self._showing:
            self._context.run(
                self._publisher.publish, bundle, told, transient=self._transient, update=self.shown
            )
            self.shown = True
