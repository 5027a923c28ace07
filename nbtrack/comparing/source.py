"""A store, read in this process: no server is needed, and nothing is written."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import project, settings, sqlite, uris
from nbtrack.journal.settling import settle

if TYPE_CHECKING:
    from mlflow import MlflowClient

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
            uri = _absolute(uri, folder)
        self.uri = uri
        self._folder = folder

    @classmethod
    def current(cls) -> Source:
        """Return the store that MLflow uses now."""
        import mlflow

        return cls(mlflow.get_tracking_uri())

    @classmethod
    def called(cls, word: str) -> Source:
        """Return a store by its name in `[tool.nbtrack.stores]`, its tracking URI or its file.

        Raises
        ------
        Invalid
            If it is none of these.
        """
        return cls(_named().get(word) or _absolute(word, Path.cwd()))

    @property
    def name(self) -> str:
        """The store in words: «SQLite · mlflow.db»."""
        return uris.readable(self.uri)

    @property
    def place(self) -> str:
        """Where the store is: its URI, without credentials."""
        return uris.without_credentials(self.uri)

    @property
    def word(self) -> str:
        """What `called` finds it by."""
        return next((name for name, uri in _named().items() if uri == self.uri), self.place)

    @property
    def digest(self) -> str:
        """What a page finds the store by, without learning its URI."""
        return uris.digest(self.uri)

    @property
    def elsewhere(self) -> dict[str, list[str]]:
        """Ids of runs that are of another store, by its digest; there are some in `Joined` only."""
        return {}

    def of(self, _run_id: str) -> Source:
        """Return the store of a run."""
        return self

    def ask(self, call: str, **arguments: Any) -> Any:
        """Make one of `nbtrack.store.calls`.

        Raises
        ------
        NbtrackError
            And nothing else.
        """
        from nbtrack.store.asking import ask

        settle()  # what this very process has just logged is to be seen
        if call in _IMPORTS:  # here, where a call waits as long as it takes
            import_module(_IMPORTS[call])
        return ask(self._store, call, arguments)

    @property
    def client(self) -> MlflowClient:
        """MLflow's client of the store, for what writes; use it first in the thread that imports.

        Raises
        ------
        StoreUnavailable
            If the store is not there yet, does not fit, or its server does not answer.
        """
        self._store.check_server()
        found: MlflowClient = self._store.client
        return found

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


def _absolute(uri: str, folder: Path) -> str:
    return settings.resolve(folder=folder, root=None, notebook=None, store=uri, experiment="-").store


def _named() -> dict[str, str]:
    """Return the stores of the nearest `[tool.nbtrack.stores]`."""
    table = project.nearest(Path.cwd())
    folder = Path.cwd() if table.file is None else table.file.parent
    return {name: _absolute(uri, folder) for name, uri in table.stores}
