"""What a page says was selected, brought to the object that it shows. All that a kernel loads at first."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)


class Selectable(Protocol):
    """An object whose runs can be selected."""

    selected: list[str]

    def holds(self, run_ids: list[str]) -> bool:
        """Tell whether all these runs are among those shown."""


_shown: WeakValueDictionary[str, Selectable] = WeakValueDictionary()


def listen(key: str, shown: Selectable) -> None:
    """Hear of selections under `key` as long as the object lives."""
    _shown[key] = shown


def hear(message: Mapping[str, Any]) -> None:
    """Take what a page has sent; whatever is no selection among the object's runs changes nothing."""
    said = message.get("selected")
    if said is None:
        return
    key = said.get("key") if isinstance(said, dict) else None
    shown = _shown.get(key) if isinstance(key, str) else None
    run_ids = said.get("run_ids") if isinstance(said, dict) else None
    if shown is None or not _are_texts(run_ids) or not shown.holds(run_ids):
        _log.debug("a page selected what is not shown: %.200r", said)
        return
    shown.selected = list(dict.fromkeys(run_ids))


def _are_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
