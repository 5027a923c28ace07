"""A knock at the door of a tracking server, to hear whether anybody is there.

MLflow's import takes seconds, and what it then asks waits seconds more: too long for somebody who looks at a
list. So Python itself asks something small meanwhile, with the credentials that MLflow would send and to that
host alone.

::

    check ──▶ one question at a time, for all who want to know
     │ silence for 2 s ─▶ «does not answer»
     │ 500, 401, half an answer, nobody there ─▶ told only as long as MLflow can't ask for itself
     └ anything else, and what can't be judged from here ─▶ fine
"""

from __future__ import annotations

import base64
import errno
import http.client
import os
import socket
import ssl
import threading
import urllib.request
from contextlib import suppress
from http import HTTPStatus
from importlib.metadata import entry_points
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from nbtrack.store.faults import unanswered

if TYPE_CHECKING:
    from urllib.parse import SplitResult

PATIENCE = 2.0
"""Seconds until silence counts."""
_HOLDS = 1.5  # seconds that an answer is good for
_PART = 1 << 16  # bytes that are read at a time
# One row by its key, in any kind of store. If it is not there, the server says so, and is well.
_PATH = "/api/2.0/mlflow/experiments/get?experiment_id=0"
_SILENCE = "timed out"
_BROKEN = "Connection aborted"
_NO_WAY = {errno.EHOSTUNREACH, errno.ENETUNREACH}
# What MLflow may log in with and this module does not: a server that refuses us may take that.
_INSTEAD = ("MLFLOW_TRACKING_AUTH", "MLFLOW_TRACKING_AWS_SIGV4", "MLFLOW_TRACKING_CLIENT_CERT_PATH")
_FILES = ("~/.mlflow/credentials", "~/.netrc", "~/_netrc")
_PLUGINS = "mlflow.request_header_provider"


class Door:
    """The way to a tracking server. Safe for threads.

    Parameters
    ----------
    uri
        Of a server, by HTTP; it may hold credentials.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._lock = threading.Lock()
        self._last: _Knock | None = None

    def check(self, *, silence_only: bool) -> None:
        """Return if somebody is there, or nobody can tell; wait for that, but not longer than `PATIENCE`.

        Raises
        ------
        StoreUnavailable
            If the server is in trouble; with `silence_only`, only if it does not answer.
        """
        with self._lock:
            if self._last is None or self._last.over:
                self._last = _Knock(self._uri)
            knock = self._last
        trouble = knock.trouble()
        if trouble is not None and (trouble == _SILENCE or not silence_only):
            raise unanswered(trouble, self._uri)


def leads_to(uri: str) -> bool:
    """Whether a store is a server that can be asked from here."""
    try:
        parts = urlsplit(uri)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            return False
        # What a proxy says is not the server's word.
        return not urllib.request.getproxies() or bool(urllib.request.proxy_bypass(parts.hostname))
    except ValueError:
        return False


class _Knock:
    """One question and what came of it: words that `faults.unanswered` knows, or None."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._until = monotonic() + PATIENCE
        self._trouble: str | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._answered = threading.Event()
        threading.Thread(target=self._ask, name="nbtrack-door", daemon=True).start()

    @property
    def over(self) -> bool:
        """Whether it has ended, and for so long that it says nothing about now."""
        return self._answered.is_set() and monotonic() > self._until - PATIENCE + _HOLDS

    def trouble(self) -> str | None:
        """Wait for the answer, and return what is wrong."""
        if self._answered.wait(max(0.0, self._until - monotonic())):
            return self._trouble
        if self._connection is not None and self._connection.sock is not None:
            with suppress(OSError):
                # Who answers byte by byte would be listened to for ever.
                self._connection.sock.shutdown(socket.SHUT_RDWR)
        return _SILENCE

    def _ask(self) -> None:
        try:
            self._trouble = self._said()
        except TimeoutError:
            self._trouble = _SILENCE
        except ssl.SSLError:
            pass  # MLflow may trust other certificates
        except ConnectionRefusedError:
            self._trouble = "refused"
        except socket.gaierror:
            self._trouble = "getaddrinfo"
        except (ConnectionError, http.client.IncompleteRead):
            self._trouble = _BROKEN
        except Exception as error:  # noqa: BLE001 - whatever it is, MLflow may do better
            if getattr(error, "errno", None) in _NO_WAY:
                self._trouble = "unreachable"
        if monotonic() >= self._until:
            self._trouble = _SILENCE  # whatever came of it then
        self._answered.set()

    def _said(self) -> str | None:
        parts = urlsplit(self._uri)
        self._connection = connection = _connection(parts)
        try:
            connection.request("GET", parts.path.rstrip("/") + _PATH, headers=_headers(parts))
            answer = connection.getresponse()
            while monotonic() < self._until and answer.read1(_PART):
                pass
            rest = answer.length
        finally:
            connection.close()
        if rest:
            return _BROKEN
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or (
            answer.status == HTTPStatus.UNAUTHORIZED and _is_all()
        ):
            return f"error code {answer.status}"
        return None


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=PATIENCE)
    context = ssl.create_default_context(cafile=os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH") or None)
    if os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in {"true", "1"}:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, parts.port, timeout=PATIENCE, context=context)


def _headers(parts: SplitResult) -> dict[str, str]:
    """Return the login that MLflow would send: that of the URI goes first there, if it is whole."""
    if any(os.environ.get(name) for name in _INSTEAD):
        return {}
    user, password = os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD")
    if parts.password is not None and (parts.username or parts.password):
        user, password = unquote(parts.username or ""), unquote(parts.password)
    elif not (user and password):
        token = os.environ.get("MLFLOW_TRACKING_TOKEN")
        return {"Authorization": f"Bearer {token}"} if token else {}
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def _is_all() -> bool:
    """Whether MLflow has nothing else to log in with."""
    if any(os.environ.get(name) for name in (*_INSTEAD, "NETRC")):
        return False
    return not any(Path(file).expanduser().exists() for file in _FILES) and not entry_points(group=_PLUGINS)
