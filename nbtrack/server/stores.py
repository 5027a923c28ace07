"""The stores that a browser may name: names go out, URIs stay here. Blocking functions, for a thread.

| name | store |
|---|---|
| `workspace` | the one that a notebook in the root folder would use |
| a key of `[tool.nbtrack.stores]` | the one that the pyproject.toml nearest to the root folder names |
| `kernel:<kernel_id>` | the one that this kernel uses |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbtrack import project, runtime, settings
from nbtrack.errors import NotFound

if TYPE_CHECKING:
    from pathlib import Path

WORKSPACE = "workspace"
_KERNEL = "kernel:"


@dataclass(frozen=True, slots=True)
class Store:
    """A store by name.

    Attributes
    ----------
    name
        What the browser says.
    uri
        What MLflow takes; it may hold credentials and never leaves the server.
    """

    name: str
    uri: str


def listed(root: Path) -> list[Store]:
    """Return the workspace's store, then those that the pyproject.toml names, in its order.

    Raises
    ------
    Invalid
        If a pyproject.toml can't be read, or names what can't be a store.
    """
    default = settings.resolve(folder=root, root=root, notebook=None)
    table = project.nearest(root)
    folder = root if table.file is None else table.file.parent
    named = [Store(name, _absolute(uri, folder)) for name, uri in table.stores]
    return [Store(WORKSPACE, default.store), *named]


def find(root: Path, name: str) -> Store:
    """Return a store by its name.

    Raises
    ------
    NotFound
        If there is no store of this name.
    Invalid
        As `listed`, and if the id of a kernel is none.
    """
    if name.startswith(_KERNEL):
        record = runtime.read(name.removeprefix(_KERNEL))
        if record is None:
            raise NotFound(
                "This kernel runs no nbtrack, or has ended.", hint="Type `%load_ext nbtrack` in its notebook."
            )
        return Store(name, record.store)
    for store in listed(root):
        if store.name == name:
            return store
    raise NotFound(
        f"There is no store named {name!r}.",
        hint='Name it in pyproject.toml: `[tool.nbtrack.stores]`, `name = "sqlite:///mlflow.db"`.',
    )


def name_of(uri: str, kernel_id: str, stores: list[Store]) -> str:
    """Return the name by which a browser asks for a kernel's store: a lasting one where there is one."""
    for store in stores:
        if store.uri == uri:
            return store.name
    return _KERNEL + kernel_id


def _absolute(uri: str, folder: Path) -> str:
    return settings.resolve(folder=folder, root=folder, notebook=None, store=uri, experiment="-").store
