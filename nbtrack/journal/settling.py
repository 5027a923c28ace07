"""Lets what is logged reach the store before somebody reads it past MLflow."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_model_settlers: list[Callable[[], None]] = []
_settlers: list[Callable[[], None]] = []


@contextlib.contextmanager
def settled_by(settler: Callable[[], None], models: Callable[[], None]) -> Iterator[None]:
    """Have `settle` and `settle_models` call these as long as it lasts."""
    _settlers.append(settler)
    _model_settlers.append(models)
    try:
        yield
    finally:
        _settlers.remove(settler)
        _model_settlers.remove(models)


def settle() -> None:
    """Wait a moment until the store has what this process has logged; at once where nothing waits."""
    for settler in _settlers:
        settler()


def settle_models() -> None:
    """Wait until the models that this process has put off are logged, some minutes at most."""
    for settler in _model_settlers:
        settler()
