"""What every route shares: a login, the store's process or a thread for the work, one shape of answers.

::

    route's verb ──▶ ask, change ──▶ the store's process ──▶ JSON, 200, an ETag on reads
                     answer ───────▶ work in a thread ─────▶ the same
                        │ a read of a store that does not answer ▶ its last good answer, marked
                        │ NbtrackError, Refused ─▶ write_error ─▶ {message, hint, code}, its own status
                        └ anything else ─────────▶ write_error ─▶ the same, Jupyter's status or 500
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from nbtrack.errors import NbtrackError
from nbtrack.server import stores
from nbtrack.server.frames import Answer, Refused
from nbtrack.server.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.server.context import Context
    from nbtrack.server.memory import Remembered
    from nbtrack.server.stores import Store

_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
_JSON = "application/json"
_LONGEST = 600  # characters of a sentence in a header


class Route(APIHandler):
    """Base of nbtrack's routes. Each verb of a subclass is authenticated and calls one of the senders."""

    context: Context

    def initialize(self, context: Context) -> None:
        """Take what `handlers` passes along (tornado's own hook)."""
        self.context = context
        self._etag: str | None = None
        self._stale = False

    async def prepare(self) -> None:  # type: ignore[override] # as APIHandler has it
        """Ask for a login whatever the verb, also where a decorator was forgotten (tornado's own hook)."""
        await super().prepare()
        if not self.current_user and self.request.method != "OPTIONS":
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def set_default_headers(self) -> None:
        """Forbid every cache, and other sites to show what we send."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def compute_etag(self) -> str | None:
        """Return the store's process's own; a last good answer has none (tornado's own hook)."""
        return None if self._stale else self._etag or super().compute_etag()

    @property
    def query(self) -> Query:
        """The query of the URL."""
        return Query(self.request.query_arguments)

    async def store(self) -> Store:
        """Return the store that the query names."""
        return await self.context.store(self.query.text("store", stores.WORKSPACE))

    async def ask(self, call: str, /, *, deadline: float | None = None, **args: Any) -> None:
        """Send what the store's process answers within `deadline` seconds, or what it last answered."""
        self.send(await self.known(call, deadline=deadline, **args))

    async def known(
        self, call: str, /, *, store: Store | None = None, deadline: float | None = None, **args: Any
    ) -> Answer:
        """Return what a store's process answers, else what it last answered: headers tell which.

        The store is the one that the query names, unless another is given.
        """
        store = store or await self.store()
        try:
            return await self.context.processes.read(store.uri, call, args, deadline=deadline)
        except (NbtrackError, Refused) as error:
            last = self.context.processes.recall(store.uri, call, args)
            if last is None or error.status != _UNAVAILABLE:
                raise
            self._tell_age(last, error)
            return last.answer

    async def change(self, call: str, /, **args: Any) -> None:
        """Have the store's process change something, and send what it answers."""
        store = await self.store()
        answer = await self.context.processes.write(store.uri, call, args)
        self.context.watch.nudge(store.uri)
        self.finish(answer.body)

    async def answer(self, work: Callable[[], Mapping[str, Any]]) -> None:
        """Do blocking work in a thread and send what it returns: JSON without NaN or infinities."""
        self.send_json(await self.context.in_thread(work))

    def send(self, answer: Answer, content_type: str = _JSON) -> None:
        """Send a good answer; the browser may keep a fresh one, but asks each time whether it still holds.

        An old one is kept by no cache: its headers would cling to the next good one.
        """
        if not self._stale:
            if answer.etag:
                self._etag = answer.etag if answer.etag.endswith('"') else f'"{answer.etag}"'
            self.set_header("Cache-Control", "no-cache")
        self.finish(answer.body, set_content_type=content_type)

    def send_json(self, value: Mapping[str, Any]) -> None:
        """Send JSON without NaN or infinities, as `send`."""
        self.send(Answer(json.dumps(value, allow_nan=False).encode("ascii")))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error, whoever raised it, in the one shape (tornado's own hook).

        tornado has logged the exception with its traceback by now, so the answer names its type only: its
        text may quote a URI with credentials.
        """
        reason = kwargs.get("exc_info", (None, None))[1]
        if isinstance(reason, (NbtrackError, Refused)):
            status_code, body = reason.status, error_body(reason)
        elif isinstance(reason, HTTPError):
            status = HTTPStatus(status_code)
            body = _said(reason.log_message or status.phrase, "", status.name.lower())
        else:
            what = f"nbtrack's server part failed: {type(reason).__name__}."
            body = _said(what, "The log of the Jupyter server says more.", "fault")
        self.set_status(status_code)
        self.finish(json.dumps(body))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what is a fault of ours, not what is said to the user (tornado's own hook)."""
        if not isinstance(value, (NbtrackError, Refused)):
            super().log_exception(typ, value, tb)

    def _tell_age(self, last: Remembered, error: NbtrackError | Refused) -> None:
        body = error_body(error)
        problem = {key: str(body.get(key, ""))[:_LONGEST] for key in ("message", "hint", "code")}
        self._stale = True
        self.set_header("X-Nbtrack-As-Of", str(last.at))
        self.set_header("X-Nbtrack-Problem", json.dumps(problem))


def error_body(error: NbtrackError | Refused) -> dict[str, Any]:
    """Return an error as it crosses the wire."""
    if isinstance(error, Refused):
        return error.body
    code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
    return _said(error.message, error.hint, code)


def _said(message: str, hint: str, code: str) -> dict[str, Any]:
    return {"message": message, "hint": hint, "code": code}
