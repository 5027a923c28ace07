"""What a page says was selected, brought to the object that it shows. All that a kernel loads at first."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger(__name__)


class Selectable(Protocol):
    """An object whose runs can be selected."""

    selected: list[str]

    @property
    def run_ids(self) -> list[str]:
        """The runs that it has."""


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
    if shown is None or not isinstance(run_ids, list) or not _among(run_ids, shown):
        _log.debug("a page selected what is not shown: %.200r", said)
        return
    shown.selected = list(dict.fromkeys(run_ids))


def _among(run_ids: list[Any], shown: Selectable) -> bool:
    return all(isinstance(one, str) for one in run_ids) and set(run_ids) <= set(shown.run_ids)
