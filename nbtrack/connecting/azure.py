"""An Azure ML workspace, asked through its plugin for MLflow."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from nbtrack.connecting import identity
from nbtrack.connecting.step import Said
from nbtrack.store.faults import LoginNeeded, understood
from nbtrack.uris import readable

if TYPE_CHECKING:
    from mlflow import MlflowClient

PATIENCE = 5.0
"""Seconds that one answer is waited for."""
_HOST = re.compile(r"azureml://(?P<host>[A-Za-z0-9.-]+(?::\d+)?)/mlflow/.+/workspaces/[^/?]+", re.IGNORECASE)


def named(uri: str) -> Said:
    """Look at the URI, and for the plugin that understands it."""
    if _HOST.match(uri) is None:
        return Said(
            "This is not the tracking URI of an Azure ML workspace",
            "failed",
            "Type `%track --store azureml` where its config.json is, or copy the URI from Azure ML studio.",
            last=True,
        )
    if not any(entry.name == "azureml" for entry in entry_points(group="mlflow.tracking_store")):
        return Said(
            "azureml-mlflow, which MLflow needs for Azure ML, is not installed",
            "failed",
            "Type `pip install 'nbtrack[azure]'`, and restart.",
            last=True,
        )
    return Said(readable(uri))


def reached(uri: str) -> Said:
    """Ask the workspace's region whether it is there, without a login; whatever it answers, it is.

    Raises
    ------
    requests.RequestException
        If it does not answer.
    """
    import requests

    found = _HOST.match(uri)
    host = found["host"] if found else ""
    requests.get(f"https://{host}/", timeout=PATIENCE, allow_redirects=False, stream=True).close()
    return Said(f"{host} is there")


def signed_in(client: MlflowClient) -> Said:
    """Sign in, and ask the workspace for one experiment.

    Raises
    ------
    LoginNeeded
        If nobody is signed in, or the workspace does not let who is in.
    mlflow.MlflowException
        If it answers with another error.
    """
    who = identity.token().who
    try:
        client.search_experiments(max_results=1)
    except Exception as error:
        uri = str(client.tracking_uri)
        if isinstance(understood(error, uri), LoginNeeded):
            raise LoginNeeded(f"{readable(uri)} does not let {who} in.", hint=identity.ROLE) from error
        raise
    return Said(f"Signed in as {who}")
