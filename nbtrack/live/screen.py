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
        self._latest: tuple[dict[str, Any], dict[str, Any]] | None = None

    @property
    def shown(self) -> bool:
        """Whether there is anything yet."""
        return self._latest is not None

    def show(self, bundle: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        """Show the bundle, in the place of what was shown before; `metadata` is by MIME type."""
        with self._showing:
            update = self.shown
            self._latest = (bundle, {**self._metadata, **(metadata or {})})
            self._publish(update=update)

    def again(self) -> None:
        """Show what was shown last, after all that the cell has shown since."""
        with self._showing:
            self._publish(update=False)

    def _publish(self, *, update: bool) -> None:
        if self._latest is not None:
            publish = self._publisher.publish
            self._context.run(publish, *self._latest, transient=self._transient, update=update)
