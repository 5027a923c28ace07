"""The store in use, read in this process: no server is needed, and nothing is written."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from nbtrack import settings, sqlite, uris

_IMPORTS = {"noise": "scipy.special", "importance": "sklearn.ensemble"}


class Source:
    """A store to read from.

    Parameters
    ----------
    uri
        Tracking URI as MLflow takes it; it may hold credentials.
    """

    def __init__(self, uri: str) -> None:
        folder = Path.cwd()
        if sqlite.path_of(uri) is not None:
            # As the Jupyter server knows it: a relative path means something in this process only.
            uri = settings.resolve(folder=folder, root=None, notebook=None, store=uri, experiment="-").store
        self.uri = uri
        self._folder = folder

    @classmethod
    def current(cls) -> Source:
        """Return the store that MLflow uses now."""
        import mlflow

        return cls(mlflow.get_tracking_uri())

    @property
    def name(self) -> str:
        """The store in words: «SQLite · mlflow.db»."""
        return uris.readable(self.uri)

    @property
    def digest(self) -> str:
        """What a page finds the store by, without learning its URI."""
        return uris.digest(self.uri)

    def ask(self, call: str, **arguments: Any) -> Any:
        """Make one of `nbtrack.store.calls`.

        Raises
        ------
        NbtrackError
            And nothing else.
        """
        from nbtrack.store.asking import ask

        if call in _IMPORTS:  # here, where a call waits as long as it takes
            import_module(_IMPORTS[call])
        return ask(self._store, call, arguments)

    @cached_property
    def _store(self) -> Any:
        # In the caller's thread: MLflow's hooks on imports can lock out any other.
        import mlflow.tracking
        import mlflow.utils.search_utils  # noqa: F401

        from nbtrack.store.opened import Store

        store = Store(self.uri, self._folder)
        store.warm_up()
        store.ready()
        return store
