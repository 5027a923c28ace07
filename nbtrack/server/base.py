"""What every route shares: a thread for the work, a deadline, one shape of errors.

::

    route's verb ──▶ Route.answer ──▶ work in a thread ──▶ JSON, 200
                          │ NbtrackError ──────────────▶ {message, hint, code}, its own status
                          │ deadline passed ───────────▶ the same, 503
    anything else ────────┴─▶ write_error ─────────────▶ the same, Jupyter's status or 500
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from nbtrack.errors import NbtrackError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

DEADLINE = 8.0
"""Seconds a request may take; the browser gives up later than this, and learns why."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the routes need of the server.

    Attributes
    ----------
    root
        Folder that Jupyter serves, absolute.
    pool
        Threads for everything that may block.
    """

    root: Path
    pool: Executor


class Route(APIHandler):
    """Base of nbtrack's routes. Each verb of a subclass is authenticated and calls `answer`."""

    context: Context

    def initialize(self, context: Context) -> None:
        """Take what `handlers` passes along (tornado's own hook)."""
        self.context = context

    def set_default_headers(self) -> None:
        """Forbid every cache: an answer is true only when it is given."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def answer(self, work: Callable[[], dict[str, Any]]) -> None:
        """Do the work in a thread, so that the event loop is free, and send what it returns as JSON.

        Parameters
        ----------
        work
            Blocking function; what it returns must be JSON without NaN or infinities.
        """
        running = asyncio.get_running_loop().run_in_executor(self.context.pool, work)
        try:
            body = await asyncio.wait_for(running, DEADLINE)
        except TimeoutError:
            self._fail(
                StoreUnavailable(
                    f"nbtrack got no answer within {DEADLINE:g} seconds.",
                    hint="A disk or a server that it reads may be stalled: try again later.",
                )
            )
        except NbtrackError as error:
            self._fail(error)
        else:
            self.finish(json.dumps(body, allow_nan=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Give errors of Jupyter, of tornado and of our own code the shape of `_fail` (tornado's own hook).

        tornado has logged the exception with its traceback by now, so the answer names its type only: its
        text may quote a URI with credentials.
        """
        reason = kwargs.get("exc_info", (None, None))[1]
        if isinstance(reason, HTTPError):
            status = HTTPStatus(status_code)
            message, hint, code = reason.log_message or status.phrase, "", status.name.lower()
        else:
            message = f"nbtrack's server part failed: {type(reason).__name__}."
            hint, code = "The log of the Jupyter server says more.", "fault"
        self._send(status_code, message, hint, code)

    def _fail(self, error: NbtrackError) -> None:
        code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
        self._send(error.status, error.message, error.hint, code)

    def _send(self, status: int, message: str, hint: str, code: str) -> None:
        self.set_status(status)
        self.finish(json.dumps({"message": message, "hint": hint, "code": code}))
