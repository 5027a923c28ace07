"""What libraries say when a store can't be used: what that means, and what to do."""

from __future__ import annotations

import re
from typing import NamedTuple


class Trouble(NamedTuple):
    """What is wrong with a store, as a sentence that its name begins; what to do about it."""

    what: str
    cure: str


LOGIN = Trouble(
    "asks for a login that it did not get",
    "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, where Jupyter is "
    "started, and restart it.",
)
FORBIDDEN = Trouble(
    "does not let this login in",
    "Ask whoever runs it for access, or log in as somebody who has it: MLFLOW_TRACKING_USERNAME and "
    "MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, where Jupyter is started.",
)
TLS = Trouble(
    "shows a certificate that is not trusted here, or does not speak TLS",
    "Set MLFLOW_TRACKING_SERVER_CERT_PATH or REQUESTS_CA_BUNDLE to the file of its authority's certificate, "
    "or correct https:// in its URI; MLFLOW_TRACKING_INSECURE_TLS=true trusts anybody, which is unsafe.",
)
PAGE = Trouble(
    "answered with a web page",
    "Is this the address of an MLflow server? It may be a proxy's login page: check MLFLOW_TRACKING_URI.",
)
PROXY = Trouble(
    "was not asked: the proxy in between does not answer",
    "Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY.",
)
BUSY = Trouble("asks for fewer requests (429)", "Wait a minute, and try again.")
CURABLE = (LOGIN, FORBIDDEN, TLS, PAGE, PROXY)
"""What whoever runs the notebook can mend: elsewhere the cure is plain, or the server's owner's."""
_PAGE = re.compile(r"valid JSON format\. Response body: '\s*<")
_STATUS = re.compile(r"error code (\d{3})|too many (\d{3}) error")
_LOGINS = re.compile(r"\b(40[13])\b.*(?:error|Unauthorized|Forbidden)|error code (40[13])")
# The first that fits.
_TROUBLES = (
    (r"ProxyError|connect to proxy", *PROXY),
    (r"SSLError|CERTIFICATE_VERIFY_FAILED", *TLS),
    (r"database is locked", "is locked by another process", "Try again."),
    (r"readonly database", "can't be written by this user", "Ask who owns the file."),
    (
        r"out-of-date database schema",
        "was made by another version of MLflow",
        "Type `mlflow db upgrade` with its URI.",
    ),
    (r"timed? ?out", "is there but does not answer", "It may be overloaded, or stopped."),
    (
        r"RemoteDisconnected|Connection aborted|IncompleteRead|Connection broken|Expecting value",
        "broke off in the middle of its answer",
        "It may be starting or ending.",
    ),
    (
        r"NameResolution|getaddrinfo|Name or service",
        "can't be found: its host has no address",
        "Check the name of the host.",
    ),
    (r"connection|refused|unreachable", "can't be reached: nothing answers there", "Start it."),
)


def trouble_of(words: str) -> Trouble | None:
    """Return what a library's words about a store mean; None if that is not known."""
    if _PAGE.search(words):
        return PAGE  # whatever it happens to say
    login = _LOGINS.search(words)
    if login is not None:
        return FORBIDDEN if "403" in login.groups() else LOGIN
    status = _STATUS.search(words)
    if status is not None:
        if "429" in status.groups():
            return BUSY
        return Trouble(f"answered with an error ({status[1] or status[2]})", "Its log says more.")
    for pattern, what, cure in _TROUBLES:
        if re.search(pattern, words, re.IGNORECASE):
            return Trouble(what, cure)
    return None
