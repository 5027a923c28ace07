"""What kind of store it is, and whether it answers."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from nbtrack.uris import without_credentials

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.store.opened import Store


def kind_of(uri: str) -> str:
    """Return `sqlite`, `file`, `server`, `azureml` or `other`."""
    scheme, colon, _ = uri.partition(":")
    name = scheme.lower().partition("+")[0]
    if name == "sqlite":
        return "sqlite"
    if name in {"http", "https"}:
        return "server"
    if name == "azureml":
        return "azureml"
    if name == "file" or not colon or re.fullmatch(r"[A-Za-z]", scheme):
        return "other" if uri in {"databricks", "databricks-uc", "uc"} else "file"
    return "other"


def ping(store: Store) -> dict[str, Any]:
    """Say what the store is; see `calls.ping`.

    Raises
    ------
    StoreUnavailable
        If it does not answer, or its file is no store that can be read.
    """
    kind = kind_of(store.uri)
    exists, writable = True, True
    if store.file is None:
        store.client.search_experiments(max_results=1)
    else:
        exists = store.file.exists()
        folder = store.file.parent
        # SQLite makes its journal in the folder.
        writable = all(_writable(path) for path in ((folder, store.file) if exists else (folder,)))
        store.read(lambda _: None, lambda _: None)
    return {
        "kind": kind,
        "writable": writable,
        "ui": without_credentials(store.uri) if kind == "server" else None,
        "exists": exists,
    }


def _writable(path: Path) -> bool:
    """Whether this process may write to a path; a folder that is not there yet is made if its parent can."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
