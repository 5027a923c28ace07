"""Which target a tracking URI needs, and the passwords that no journal holds."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from nbtrack import sqlite
from nbtrack.journal.into_client import IntoClient
from nbtrack.journal.into_sqlite import IntoSqlite, fits
from nbtrack.journal.target import Away

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.journal.target import Maker, Target

_logins: dict[str, str] = {}


def bare(uri: str) -> str:
    """Return a tracking URI without its password."""
    parts = urlsplit(uri)
    if not parts.password:
        return uri
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}"))


def learn(uri: str) -> None:
    """Remember a whole URI, to be used wherever its bare form is met."""
    _logins[bare(uri)] = uri


def _is_store(path: Path) -> bool:
    try:
        found = sqlite.look(path)
    except (OSError, sqlite3.Error) as error:
        raise Away(f"{error} ({path})") from error
    return found is not None and found.revision is not None


def whole(uri: str) -> str:
    """Return a tracking URI with its password, where that is known."""
    chosen = os.environ.get("MLFLOW_TRACKING_URI", "")
    if chosen and bare(chosen) == uri:
        learn(chosen)
    return _logins.get(uri, uri)


def target_for(uri: str) -> Target:
    """Return what sends to a store.

    Raises
    ------
    Away
        If nothing can be opened there now.
    """
    path = sqlite.path_of(whole(uri))
    if path is not None:
        if fits(path):
            return IntoSqlite(path)
        if not _is_store(path):  # MLflow would make an empty one in its place
            raise Away(f"there is no MLflow store at {path}")
    return IntoClient(whole(uri))


def maker_for(uri: str) -> Maker:
    """Return what makes runs in a store: MLflow itself, everywhere.

    Raises
    ------
    Away
        If nothing can be opened there now.
    """
    target = target_for(uri)
    if isinstance(target, IntoClient):
        return target
    target.close()
    return IntoClient(whole(uri))
