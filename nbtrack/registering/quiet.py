"""MLflow's words about what was decided here on purpose, kept from the user."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BAR = "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Hold back warnings, what MLflow logs in this thread, and its progress bars."""
    mine = threading.get_ident()

    def others(record: logging.LogRecord) -> bool:
        return record.thread != mine

    handlers = list(logging.getLogger("mlflow").handlers)
    for handler in handlers:
        handler.addFilter(others)
    bar = os.environ.get(_BAR)
    os.environ[_BAR] = "false"
    try:
        with warnings.catch_warnings(record=True):  # a filter is no use: MLflow puts its own before it
            yield
    finally:
        if bar is None:
            os.environ.pop(_BAR, None)
        else:
            os.environ[_BAR] = bar
        for handler in handlers:
            handler.removeFilter(others)
