"""A tracking server, asked as MLflow asks it: with its logins, headers and certificates."""

from __future__ import annotations

import os
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nbtrack.connecting.step import Said
from nbtrack.errors import NotFound
from nbtrack.store.faults import LoginNeeded
from nbtrack.uris import readable

if TYPE_CHECKING:
    from requests import Response

PATIENCE = 5.0
"""Seconds that one answer is waited for."""
_SEARCH = "/api/2.0/mlflow/experiments/search"
_REFUSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_VERSION = re.compile(r"\d+\.\d+[\w.+-]{0,24}")
_NETRC = "the user in ~/.netrc"
# What MLflow logs in with where there is neither a user nor a token.
_OTHERS = {
    "MLFLOW_TRACKING_AUTH": "what MLFLOW_TRACKING_AUTH names",
    "MLFLOW_TRACKING_AWS_SIGV4": "AWS (MLFLOW_TRACKING_AWS_SIGV4)",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH": "the owner of a certificate (MLFLOW_TRACKING_CLIENT_CERT_PATH)",
}


def reached(uri: str) -> Said:
    """Ask whether anybody is there: first without MLflow, which takes seconds to load.

    Raises
    ------
    StoreUnavailable, mlflow.MlflowException
        If nobody answers, or it answers with an error.
    """
    from nbtrack.store.door import Door, leads_to

    if leads_to(uri):
        try:
            Door(uri).check(silence_only=False)
        except LoginNeeded:
            return Said("The store's server is there")  # what it asks for is the next step's matter
    answer = _asked(uri, "/version")  # also over a proxy, and with MLflow's certificates
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _verified(answer, "/version")
    return Said("The store's server is there")


def signed_in(uri: str) -> Said:
    """Ask for one experiment, with the login that MLflow would send and then without.

    Raises
    ------
    NotFound
        If nobody there knows MLflow's requests.
    mlflow.MlflowException
        If the login is refused.
    """
    answer = _asked(uri, _SEARCH)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise NotFound(
            f"{readable(uri)} answers, but knows no request of MLflow's (404).",
            hint="Check the address and its path: `mlflow server` tells them as it starts.",
        )
    _verified(answer, _SEARCH)
    who = _who(uri)
    if who == _NETRC:  # requests would send it without being asked, too
        return Said(f"It answers to {who}")
    if _asked(uri, _SEARCH, anonymous=True).status_code in _REFUSES:
        return Said(f"Signed in as {who or 'somebody whom a plugin of MLflow names'}")
    return Said(f"No login is needed{f', though that of {who} is sent' if who else ''}")


def version(uri: str) -> Said:
    """Ask for the server's version.

    Raises
    ------
    mlflow.MlflowException
        If it breaks off.
    """
    answer = _asked(uri, "/version")
    if answer.status_code == HTTPStatus.OK and _VERSION.fullmatch(answer.text.strip()):
        return Said(f"It is MLflow {answer.text.strip()}")
    return Said("The server does not tell its version", "missing")


def _asked(uri: str, path: str, *, anonymous: bool = False) -> Response:
    from mlflow.utils.credentials import get_default_host_creds
    from mlflow.utils.rest_utils import http_request

    login = get_default_host_creds(_without_user(uri) if anonymous else uri)
    if anonymous:
        login.username = login.password = login.token = login.auth = None
        login.aws_sigv4 = False
    answer: Response = http_request(
        login, path, "GET", max_retries=0, timeout=PATIENCE, raise_on_status=False,
        respect_retry_after_header=False, params={"max_results": 1} if path == _SEARCH else None,
    )  # fmt: skip
    return answer


def _verified(answer: Response, path: str) -> None:
    from mlflow.utils.rest_utils import verify_rest_response

    verify_rest_response(answer, path)


def _who(uri: str) -> str | None:
    """Return in words whom MLflow logs in as, or None; a user in the URI may be a token, so is not named."""
    from mlflow.utils.credentials import read_mlflow_creds
    from requests.utils import get_netrc_auth

    if urlsplit(uri).password:
        return "the user in its URI"
    login = read_mlflow_creds()
    if login.username and login.password:
        where = "" if os.environ.get("MLFLOW_TRACKING_USERNAME") else ", of ~/.mlflow/credentials"
        return f"{login.username} (MLFLOW_TRACKING_USERNAME{where})"
    if os.environ.get("MLFLOW_TRACKING_TOKEN"):
        return "the owner of a token (MLFLOW_TRACKING_TOKEN)"
    for name, words in _OTHERS.items():
        if os.environ.get(name):
            return words
    return _NETRC if get_netrc_auth(uri) else None


def _without_user(uri: str) -> str:
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
