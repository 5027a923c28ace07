"""Who is signed in to Azure. Nobody is asked: no browser, no device code, and never a long wait."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field

from nbtrack.connecting.limited import Silent, within
from nbtrack.store.faults import LoginNeeded
from nbtrack.troubles import trouble_of

PATIENCE = 15.0
"""Seconds for a sign-in, with the import of azure-identity."""
ROLE = (
    "Ask its owner for the role «AzureML Data Scientist», or sign in as somebody else: "
    "`az login --tenant TENANT`."
)
"""What to do where who is signed in may not use a workspace."""
_SCOPE = "https://management.azure.com/.default"
_PROCESS = 8  # seconds for `az`, which takes some to start
_THREE = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
_JOB = "MLFLOW_TRACKING_TOKEN"
# Names first, then ids: what a token says of its owner.
_NAMES = ("upn", "unique_name", "preferred_username", "app_displayname", "appid", "azp", "oid")
_WAYS = (
    "Type `az login` in a terminal; or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET where "
    "Jupyter is started; or, on a machine in Azure, assign a managed identity to it."
)
_AGAIN = "Type `az login` in a terminal."
# What Entra and azure-identity say; the first that fits.
_REFUSALS = (
    ("AADSTS7000222", "Azure refused AZURE_CLIENT_SECRET: it has expired",
     "Make a new secret of the app registration, and set AZURE_CLIENT_SECRET where Jupyter is started."),
    ("AADSTS7000215", "Azure refused AZURE_CLIENT_SECRET: it is wrong",
     "Set it to the secret's value, not to its id, where Jupyter is started."),
    ("AADSTS700016", "Azure knows no app of this AZURE_CLIENT_ID in this tenant",
     "Check AZURE_CLIENT_ID and AZURE_TENANT_ID."),
    ("AADSTS9000(?:2|23)", "Azure knows no tenant of this AZURE_TENANT_ID", "Check AZURE_TENANT_ID."),
    ("AADSTS500(?:76|79)", "Azure asks for a second factor", _AGAIN),
    ("AADSTS(?:700082|50173|70043|50078)", "The login of `az` has expired", _AGAIN),
    ("Please run 'az login'|az login. to set", "The Azure CLI is here, but nobody is logged in", _AGAIN),
    ("Identity not found|No managed identity|identity is not assigned",
     "This machine has no managed identity that fits",
     "Assign one to it; for one of several, set AZURE_CLIENT_ID to its client id."),
)  # fmt: skip
# A certificate or a federated token stands in for the secret.
_INSTEAD = ("AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_USERNAME")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of Azure's.

    Attributes
    ----------
    text
        The token itself, which nobody may see.
    who
        Whose it is, in words.
    """

    text: str = field(repr=False)
    who: str


def token() -> Token:
    """Sign in, as azure-identity finds a login: variables, a managed identity, `az login` and others.

    In an Azure ML job the token of the job is taken.

    Raises
    ------
    LoginNeeded
        With what to type.
    """
    if job := os.environ.get(_JOB):
        return _of_job(job)
    _check_variables()
    try:
        return within(PATIENCE, _token)
    except Silent:
        raise LoginNeeded(
            f"The sign-in to Azure has not ended within {PATIENCE:.0f} s.",
            hint="Check that login.microsoftonline.com can be reached, and HTTPS_PROXY; or type `az login`.",
        ) from None


def _token() -> Token:
    try:
        from azure.core.exceptions import AzureError
        from azure.identity import DefaultAzureCredential
    except ImportError:
        raise LoginNeeded(
            "azure-identity is not installed.", hint="Type `pip install 'nbtrack[azure]'`, and restart."
        ) from None
    # It tells each way that it tries as a warning; what there is to tell is in the error.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    try:
        with DefaultAzureCredential(
            exclude_interactive_browser_credential=True, process_timeout=_PROCESS
        ) as login:
            text = login.get_token(_SCOPE).token
    except (AzureError, ValueError) as error:
        raise refusal(str(error)) from None  # what it says may name more than is needed
    return Token(text, _owner(text))


def refusal(words: str) -> LoginNeeded:
    """Return what azure-identity's words about a failed sign-in mean, and what to type."""
    for pattern, what, cure in _REFUSALS:
        if re.search(pattern, words):
            return LoginNeeded(f"{what}.", hint=cure)
    tried = re.search(r"EnvironmentCredential: Authentication failed: (.*)", words)
    trouble = trouble_of(tried[1]) if tried else None
    if trouble is not None:
        return LoginNeeded(f"login.microsoftonline.com {trouble.what}.", hint=_in_azure(trouble.cure))
    if tried:
        code = re.search(r"AADSTS\d+", words)
        return LoginNeeded(
            f"Azure refused the login of AZURE_CLIENT_ID{f' ({code[0]})' if code else ''}.",
            hint=f"Check {', '.join(_THREE)}.",
        )
    return LoginNeeded("Nobody is signed in to Azure here.", hint=_WAYS)


def _in_azure(cure: str) -> str:
    """Return a cure that fits Azure's host: nobody can start that, nor name a store elsewhere."""
    return "Check the network, and HTTPS_PROXY if there is a proxy." if cure == "Start it." else cure


def _check_variables() -> None:
    """Refuse a service principal that is named by halves: azure-identity passes over it without a word."""
    there = [name for name in _THREE if os.environ.get(name)]
    if "AZURE_TENANT_ID" not in there or len(there) == len(_THREE):
        return  # AZURE_CLIENT_ID alone names a managed identity
    if any(os.environ.get(name) for name in _INSTEAD) or len(there) == 1:
        return
    missing = ", ".join(name for name in _THREE if name not in there)
    raise LoginNeeded(
        f"{missing} is not set, but {' and '.join(there)} {'is' if len(there) == 1 else 'are'}.",
        hint=f"Set {missing} where Jupyter is started, or unset the others to use `az login`.",
    )


def _of_job(text: str) -> Token:
    ends = _claims(text).get("exp")
    if isinstance(ends, (int, float)) and ends < time.time():
        raise LoginNeeded(
            f"The token in {_JOB} has expired.",
            hint=f"Start the job again; outside of a job, unset {_JOB} and type `az login`.",
        )
    return Token(text, f"{_owner(text)} ({_JOB})")


def _owner(text: str) -> str:
    claims = _claims(text)
    for name in _NAMES:
        if isinstance(claims.get(name), str) and claims[name]:
            return str(claims[name])[:100]
    return "somebody whom the token does not name"


def _claims(text: str) -> dict[str, object]:
    """Return what a token says, {} if it can't be read; it is believed in nothing but its owner's name."""
    with suppress(ValueError, IndexError, RecursionError):
        middle = text.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        if isinstance(said, dict):
            return said
    return {}
