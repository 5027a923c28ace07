"""Tracking URIs as people may see them: without credentials, and in words."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from nbtrack import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "[redacted]"

_SENSITIVE = r"(?:token|pass|pwd|secret|sig|key|credential|auth|sas|odbc_connect)"
_SECRET_FIELD = re.compile(rf"((?:[?&;]|^)[^=&;?]*{_SENSITIVE}[^=&;?]*=)[^&;#]+", re.IGNORECASE)
_DEEPEST = 50  # parts of a path
_SCHEME = re.compile(r"([A-Za-z][\w+.-]*)://")
_KINDS = {
    "arn": "SageMaker",
    "azureml": "Azure ML",
    "databricks": "Databricks",
    "databricks-uc": "Databricks",
    "http": "MLflow server",
    "https": "MLflow server",
    "mssql": "SQL Server",
    "mysql": "MySQL",
    "postgresql": "PostgreSQL",
    "sqlite": "SQLite",
    "uc": "Databricks",
}


def without_credentials(uri: str) -> str:
    """Return a URI without its user and password, and with secrets in its query hidden; never raises.

    A user name alone goes too: it may be a token (`https://TOKEN@host`).
    """
    match = _SCHEME.match(uri)
    if match is not None:
        uri = uri[: match.end()] + _without_user(uri[match.end() :])
    path, mark, query = uri.partition("?")
    if mark:
        return path + _SECRET_FIELD.sub(rf"\1{HIDDEN}", mark + query)
    return _SECRET_FIELD.sub(rf"\1{HIDDEN}", uri) if ";" in uri else uri


def digest(uri: str) -> str:
    """Return 16 hexadecimal digits that stand for a store; its credentials have no part in them."""
    return hashlib.sha256(without_credentials(uri).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def readable(uri: str, parts: int = 1) -> str:
    """Return a store in words, such as «SQLite · mlflow.db» or «MLflow server · host:5000»; never raises.

    Parameters
    ----------
    parts
        How much of a file's path is told: its name, with so many folders less one.
    """
    safe = without_credentials(uri)
    match = _SCHEME.match(safe)
    scheme = match[1].lower() if match else safe.partition(":")[0]
    rest = re.split(r"[?#]", safe[match.end() :])[0].strip("/") if match else safe
    kind = _KINDS.get(scheme.partition("+")[0])
    if kind == "SQLite":
        file = sqlite.path_of(uri)
        return f"SQLite · {'/'.join(file.parts[-parts:]).lstrip('/') if file else 'in memory'}"
    if kind == "Azure ML":
        workspace = re.search(r"/workspaces/([^/]+)", rest, re.IGNORECASE)
        rest = unquote(workspace[1]) if workspace else ""
    elif kind == "SageMaker":
        rest = _last(rest)
    elif scheme == "file" or not (kind or match):
        kind, rest = "Folder", _last(unquote(rest.removeprefix("file:")))
    if kind is None:
        return safe
    return f"{kind} · {rest}" if rest and rest != scheme else kind


def apart(uris: Iterable[str]) -> dict[str, str]:
    """Return stores in words that tell them apart, as far as words without credentials can."""
    different = list(dict.fromkeys(uris))
    names: dict[str, str] = {}
    for parts in range(1, _DEEPEST):
        names = {uri: readable(uri, parts) for uri in different}
        if len(set(names.values())) == len(different):
            break
    return names


def _without_user(rest: str) -> str:
    """Cut `user:password@` off what follows `scheme://`."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        return rest[authority.rindex("@") + 1 :]
    # A password with a bare `/`, as SQLAlchemy takes it: `user:pa/ss@host`. Digits alone are a port.
    user, colon, password = authority.partition(":")
    head = rest.partition("?")[0]
    if user and colon and not password.isdigit() and "@" in head:
        return rest[head.rindex("@") + 1 :]
    return rest


def _last(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path
