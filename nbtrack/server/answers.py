"""What the routes answer. Plain blocking functions: a route calls them in a thread."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from nbtrack import runtime, sqlite
from nbtrack import settings as choose
from nbtrack.server import stores
from nbtrack.uris import digest

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.records import KernelRecord, Settings


def settings(root: Path, kernel_id: str | None) -> dict[str, Any]:
    """Tell which store and experiment a kernel uses, or what a notebook in the root folder would use.

    Parameters
    ----------
    root
        Folder that Jupyter serves, absolute.
    kernel_id
        The kernel asked about; None, or a kernel without nbtrack, gets the default.

    Returns
    -------
    dict
        ``{store, experiment, kernel, notices, stores, versions}``, free of credentials. ``store.name`` and
        the names in ``stores`` are what the other routes take.

    Raises
    ------
    Invalid
        If the kernel id is none, or a pyproject.toml can't be read.
    """
    kernel = None if kernel_id is None else runtime.read(kernel_id)
    default, listed = choose.resolve(folder=root, root=root, notebook=None), stores.listed(root)
    return {
        **(_of_kernel(kernel, listed) if kernel else _of_folder(default)),
        "stores": [
            {"name": store.name, "readable": choose.readable(store.uri), "digest": digest(store.uri)}
            for store in listed
        ],
        "versions": {"nbtrack": _version("nbtrack"), "mlflow": _version("mlflow")},
    }


def _of_kernel(kernel: KernelRecord, listed: list[stores.Store]) -> dict[str, Any]:
    name = stores.name_of(kernel.store, kernel.kernel_id, listed)
    return {
        "store": _store(name, kernel.store, kernel.store_source),
        "experiment": {"name": kernel.experiment, "source": kernel.experiment_source},
        "kernel": {
            "kernel_id": kernel.kernel_id,
            "tracking": kernel.tracking,
            "notebook": kernel.notebook,
        },
        "notices": list(kernel.notices),
    }


def _of_folder(default: Settings) -> dict[str, Any]:
    notice = choose.leftover_notice(default)
    return {
        "store": _store(stores.WORKSPACE, default.store, default.store_source),
        "experiment": {"name": default.experiment, "source": default.experiment_source},
        "kernel": None,
        "notices": [notice] if notice else [],
    }


def _store(name: str, uri: str, source: str) -> dict[str, Any]:
    file = sqlite.path_of(uri)
    return {
        "name": name,
        "uri": choose.without_credentials(uri),
        "readable": choose.readable(uri),
        "digest": digest(uri),
        "source": source,
        # None: only an attempt would tell whether a server is there.
        "exists": None if file is None else file.exists(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
