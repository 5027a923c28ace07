"""Which store and which experiment a notebook logs to, and who said so.

Store: explicit > `MLFLOW_TRACKING_URI` > `[tool.nbtrack]` in the nearest pyproject.toml > an `mlflow.db` in
the notebook's folder or a parent > one `mlflow.db` in the Jupyter server's root folder.
Experiment: explicit > `MLFLOW_EXPERIMENT_NAME` or `_ID` > pyproject.toml > the notebook's path, no suffix.
"""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import leftover, sqlite
from nbtrack.errors import Invalid
from nbtrack.leftover import leftover_notice
from nbtrack.project import Project, nearest
from nbtrack.records import Settings, Source
from nbtrack.uris import readable, without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Settings", "leftover_notice", "readable", "resolve", "without_credentials"]

_FILE = "mlflow.db"
_STORES = 'a file (`mlflow.db`, `sqlite:////folder/mlflow.db`), a server (`http://host:5000`) or "databricks"'
_WORDS = {"databricks", "databricks-uc", "uc"}


def resolve(
    *,
    folder: Path,
    root: Path | None,
    notebook: str | None,
    store: str | None = None,
    experiment: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Find a notebook's store and experiment. Reads small files; changes nothing.

    Parameters
    ----------
    folder
        Folder of the notebook, or where that is not known the kernel's working directory.
    root
        Root folder of the Jupyter server, where there is one.
    notebook
        Path of the notebook, absolute or from `root`.
    store, experiment
        What the user asked for by hand: a tracking URI, or a path that ends in `.db`; a name.

    Raises
    ------
    Invalid
        If a store can't be one, or a pyproject.toml on the way up is broken.
    """
    folder = folder.resolve()
    root = None if root is None else root.resolve()
    project = Project() if store and experiment else nearest(folder)  # so a broken file can be gone around
    uri, source = _store(folder, root, store, project, environ)
    file = sqlite.path_of(uri)
    name, name_source = _experiment(experiment, project, environ)
    if name_source == "default" and notebook:
        path = Path(os.path.normpath((root or folder) / notebook))
        name = _name_of(path, (root, None if file is None else file.parent))
    ours = file is not None and _is_ours(file, source)
    mlruns = leftover.find([folder] if root is None else [folder, root], uri)
    return Settings(
        store=uri,
        store_source=source,
        experiment=name,
        experiment_source=name_source,
        artifacts=(file.parent / "mlartifacts").as_uri() if file is not None and ours else None,
        made_by_nbtrack=ours,
        leftover_mlruns=None if mlruns is None else str(mlruns),
    )


def _store(
    folder: Path, root: Path | None, store: str | None, project: Project, environ: Mapping[str, str]
) -> tuple[str, Source]:
    if store:
        return _uri(store, folder, "The store"), "explicit"
    if said := environ.get("MLFLOW_TRACKING_URI"):
        # Relative to the working directory, as MLflow takes it; what else MLflow accepts is its affair.
        return _uri(said, Path.cwd(), "MLFLOW_TRACKING_URI", lenient=True), "environment"
    if project.store and project.file:
        return _uri(project.store, project.file.parent, f"`store` in {project.file}"), "pyproject"
    for place in _upwards(folder, root):
        if _is_store(place / _FILE):
            return sqlite.uri_of(place / _FILE), "found"
    return sqlite.uri_of((root or folder) / _FILE), "default"


def _experiment(
    experiment: str | None, project: Project, environ: Mapping[str, str]
) -> tuple[str | None, Source]:
    if experiment:
        return experiment, "explicit"
    if name := environ.get("MLFLOW_EXPERIMENT_NAME"):
        return name, "environment"
    if environ.get("MLFLOW_EXPERIMENT_ID"):
        return None, "environment"
    return project.experiment, "pyproject" if project.experiment else "default"


def _name_of(notebook: Path, bases: tuple[Path | None, ...]) -> str:
    """Return a notebook's path without suffix, from the first base that it lies in; else its bare name."""
    for base in bases:
        for path in (notebook, notebook.resolve()):  # a link may lead into the base, or out of it
            if base is not None and path.is_relative_to(base):
                return path.relative_to(base).with_suffix("").as_posix()
    return notebook.stem


def _uri(text: str, base: Path, what: str, *, lenient: bool = False) -> str:
    """Return a tracking URI, with a relative SQLite path made absolute.

    Raises
    ------
    Invalid
        If it can't be a store, unless `lenient`.
    """
    text = text.strip()
    if text.endswith(".db") and not re.match(r"[A-Za-z][\w+.-]+:", text):
        return sqlite.uri_of(Path(os.path.normpath(base / Path(text).expanduser())))
    file = sqlite.path_of(text)
    if file is not None:
        if file.is_absolute():
            return text
        query = text.partition("?")[1:]
        return sqlite.uri_of(Path(os.path.normpath(base / file))) + "".join(query)
    if lenient:
        return text
    if re.match(r"sqlite(\+\w+)?:(?!///)", text):
        raise Invalid(
            f"{what} is {text!r}: a SQLite URI has three slashes before a relative path and four before an "
            "absolute one.",
            hint="Type the file's path alone, such as `mlflow.db`, or `sqlite:///mlflow.db`.",
        )
    if "://" in text or text in _WORDS or text.startswith(("file:", "arn:", "databricks:", "sqlite:")):
        return text
    raise Invalid(f"{what} is {without_credentials(text)!r}, which is not a store.", hint=f"Name {_STORES}.")


def _upwards(folder: Path, root: Path | None) -> Iterator[Path]:
    """Yield the folder and its parents, to the root of Jupyter, else to the home folder, else to the top."""
    last = root if root is not None and folder.is_relative_to(root) else Path.home().resolve()
    for place in (folder, *folder.parents):
        yield place
        if place == last:
            return


def _is_store(file: Path) -> bool:
    try:
        content = sqlite.look(file)
    except (OSError, sqlite3.Error):
        return False
    return content is not None and "alembic_version" in content.tables


def _is_ours(file: Path, source: Source) -> bool:
    """Whether nbtrack made this file, or will make it since it was not named by hand."""
    try:
        if file.stat().st_size:
            content = sqlite.look(file)
            return content is not None and content.application_id == sqlite.APPLICATION_ID
    except FileNotFoundError:
        pass
    except (OSError, sqlite3.Error):
        return False
    return source in {"default", "pyproject"}
