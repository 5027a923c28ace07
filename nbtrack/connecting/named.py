"""What a user may type for an Azure ML workspace where a store is named; all else stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

from nbtrack.connecting import workspace
from nbtrack.errors import NotFound

_WORD = "azureml"
_TYPED = re.compile(r"azureml:(?!//)([^/]+)/([^/]+)/([^/]+)")


def store_of(text: str, folder: Path) -> str:
    """Return a tracking URI for a workspace; Azure is asked for it, which takes seconds.

    Parameters
    ----------
    text
        ``azureml`` for the one that the nearest config.json describes, the path of such a file, or
        ``azureml:SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE``. Anything else is returned.
    folder
        Where to look from, upwards.

    Raises
    ------
    NbtrackError
        If there is no such file or workspace, nobody is signed in, or Azure does not answer.
    """
    text = text.strip()
    if text == _WORD:
        found = workspace.described(folder.resolve())
        if found is None:
            raise NotFound(
                f"There is no config.json of an Azure ML workspace in {folder} or above.",
                hint="Download it in Azure's portal, or type "
                "`%track --store azureml:SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE`.",
            )
        return workspace.tracking_uri(found[1])
    if typed := _TYPED.fullmatch(text):
        return workspace.tracking_uri(workspace.Workspace(*typed.groups()))
    if "://" not in text and Path(text).name == "config.json":
        return workspace.tracking_uri(workspace.read(folder / Path(text).expanduser()))
    return text
