"""Where the Jupyter server lets nbtrack in."""

from __future__ import annotations

import atexit
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.server import watch
from nbtrack.server.context import Context
from nbtrack.server.routes import handlers

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

SETTING = "nbtrack"
"""Key of the `Context` among the web application's settings."""
_PASSING = ("*.db-journal", "*.db-wal", "*.db-shm")
_THREADS = 4
"""Enough for a few browser tabs; a stalled disk can then hold four threads and no more."""


def _load_jupyter_server_extension(app: ServerApp) -> None:
    """Add the routes under ``/nbtrack/api/``. Imports no MLflow: that would cost the server seconds."""
    events = app.event_logger
    if events is not None:
        events.register_event_schema(watch.SCHEMA_FILE)

    def emit(data: dict[str, Any]) -> None:
        if events is not None:
            events.emit(schema_id=watch.SCHEMA_ID, data=data)

    context = Context(
        root=Path(app.root_dir).resolve(),
        pool=ThreadPoolExecutor(_THREADS, thread_name_prefix="nbtrack"),
        emit=emit,
    )
    # A store's process ends by itself when the server is no more; this is for one that is stuck.
    atexit.register(context.processes.kill)
    # SQLite's journal comes and goes with each write. If it goes while the server lists its folder, the
    # listing fails, and JupyterLab puts «Directory not found» in front of the user.
    app.contents_manager.hide_globs = [*app.contents_manager.hide_globs, *_PASSING]
    app.web_app.settings[SETTING] = context
    app.web_app.add_handlers(".*$", handlers(app.base_url, context))  # type: ignore[no-untyped-call]
