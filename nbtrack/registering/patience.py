"""How long MLflow waits for a server while something is registered.

MLflow tries seven times, two minutes each: a server that went away would hold a cell for a quarter of an
hour. Its limits are environment variables, so they hold for the whole process as long as something is
registered; a limit that somebody has set lower stays.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMEOUT, _RETRIES = "MLFLOW_HTTP_REQUEST_TIMEOUT", "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
_DEFAULT = {_TIMEOUT: 120, _RETRIES: 7}  # MLflow's own
# Not twice: a request whose answer was lost may have made a version.
_CALLS = {_TIMEOUT: 10, _RETRIES: 0}
# A server may pass an artifact on to a slow storage before it answers.
_UPLOADS = {_TIMEOUT: 60, _RETRIES: 1}

_lock = threading.Lock()
_asked: list[dict[str, int]] = []
_before: dict[str, str | None] = {}


@contextmanager
def calls() -> Iterator[None]:
    """Give up on a request after ten seconds, and don't repeat it."""
    with _within(dict(_CALLS)):
        yield


@contextmanager
def uploads() -> Iterator[None]:
    """Give an artifact a minute, and a second try."""
    with _within(dict(_UPLOADS)):
        yield


@contextmanager
def _within(limits: dict[str, int]) -> Iterator[None]:
    with _lock:
        if not _asked:
            _before.update({name: os.environ.get(name) for name in _DEFAULT})
        _asked.append(limits)
        _apply()
    try:
        yield
    finally:
        with _lock:
            # Two threads may ask for the same limits, so these and not their like.
            del _asked[next(place for place, one in enumerate(_asked) if one is limits)]
            _apply()


def _apply() -> None:
    for name, own in _DEFAULT.items():
        before = _before[name]
        if _asked:
            usual = int(before) if before and before.isdigit() else own
            os.environ[name] = str(min(usual, _asked[-1][name]))
        elif before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before
