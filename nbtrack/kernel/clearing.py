"""Keeps a cell's card when its code calls `clear_output()`, as loops that draw by themselves do."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def keeping(publisher: Any, again: Callable[[], None]) -> Iterator[None]:
    """Call `again` after each `clear_output()`, as long as this lasts; `publisher` is ipykernel's.

    At once and in the thread that clears: what is shown a moment later would flicker, or change places with
    what the user shows next.
    """

    def hook(message: dict[str, Any]) -> dict[str, Any] | None:
        if message["header"]["msg_type"] != "clear_output" or _goes_into_a_widget(message):
            return message
        publisher.session.send(publisher.pub_socket, message, ident=publisher.topic)
        again()
        return None  # it has been sent

    publisher.register_hook(hook)
    try:
        yield
    finally:
        publisher.unregister_hook(hook)


def _goes_into_a_widget(message: dict[str, Any]) -> bool:
    """Tell whether an `ipywidgets.Output` takes what the cell shows, and so is what is cleared."""
    widgets = sys.modules.get("ipywidgets.widgets.widget")
    sent = message["parent_header"].get("msg_id")
    return sent is not None and any(
        getattr(widget, "msg_id", None) == sent
        for widget in list(getattr(widgets, "_instances", {}).values())
    )
