"""The one store of this process, and MLflow's import behind it."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, TypeVar

from nbtrack import sqlite
from nbtrack.errors import StoreUnavailable
from nbtrack.store import local
from nbtrack.store.faults import Starting
from nbtrack.store.kinds import kind_of
from nbtrack.uris import readable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from mlflow import MlflowClient

    from nbtrack.store.door import Door

T = TypeVar("T")

_PATIENCE = 0.9  # seconds that a call waits for MLflow's import; its own work comes on top
_FOR_IMPORT = 120.0


class Store:
    """A store and the two ways to read it.

    Parameters
    ----------
    uri
        Tracking URI as MLflow takes it; it may hold credentials.
    root
        Folder that relative artifact locations are meant from.

    Attributes
    ----------
    file
        The file of a local SQLite store; None for every other kind.
    """

    def __init__(self, uri: str, root: Path) -> None:
        self.uri = uri
        self.root = root
        self.file = sqlite.path_of(uri)
        self._door = _door_of(uri)
        self._imported = threading.Event()
        self._failed: Exception | None = None

    def warm_up(self) -> None:
        """Begin to import MLflow in a thread: it takes seconds, and few calls need it."""
        threading.Thread(target=self._import, name="nbtrack-mlflow", daemon=True).start()

    def wait(self, seconds: float = _PATIENCE) -> None:
        """Wait until MLflow is there.

        Raises
        ------
        Starting
            If it isn't by then.
        StoreUnavailable
            If it can't be imported.
        """
        if not self._imported.wait(seconds):
            raise Starting("MLflow is still being loaded.", hint="Try again in a moment.")
        if self._failed is not None:
            raise StoreUnavailable(
                f"MLflow can't be imported: {type(self._failed).__name__}.",
                hint="Type `python -c 'import mlflow'` to see why.",
            )

    def ready(self) -> None:
        """Wait for MLflow as long as an import may take on a busy machine."""
        self.wait(_FOR_IMPORT)

    @property
    def client(self) -> MlflowClient:
        """MLflow's client of this store.

        A SQLite file that MLflow would have to make or to upgrade is refused: reading changes nothing.
        """
        if not self._imported.is_set():
            self.check_server()
        self.wait()
        if self.file is not None:
            _check(self.file, self.uri)
        return self._client

    def check_server(self) -> None:
        """Make sure that a tracking server answers at all, which MLflow would wait longer for.

        Raises
        ------
        StoreUnavailable
            If it does not; as long as MLflow is not there to ask it, also if it answers with an error.
        """
        if self._door is not None:
            self._door.check(silence_only=self._imported.is_set())

    @functools.cached_property
    def _client(self) -> MlflowClient:
        from mlflow import MlflowClient

        return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)

    def read(self, own: Callable[[sqlite3.Connection], T], by_client: Callable[[MlflowClient], T]) -> T:
        """Read by own SQL where the store is a SQLite file of a known schema, else by MLflow's client."""
        if self.file is not None:
            try:
                with local.opened(self.file) as connection:
                    return own(connection)
            except local.UnknownSchema:
                pass
        return by_client(self.client)

    def make(self) -> None:
        """Make the store, as the first notebook would have, where it is a SQLite file that is not there yet.

        Raises
        ------
        StoreUnavailable
            If it can't be made.
        """
        self.wait()
        if self.file is None or not local.is_empty(self.file):
            return
        from nbtrack import schema
        from nbtrack.records import Settings

        schema.prepare(
            Settings(
                store=self.uri,
                store_source="default",
                experiment=None,
                experiment_source="default",
                artifacts=(self.file.parent / "mlartifacts").as_uri(),
                made_by_nbtrack=True,
                leftover_mlruns=None,
            )
        )

    def _import(self) -> None:
        try:
            import mlflow.tracking
            import mlflow.utils.search_utils  # noqa: F401
        except Exception as error:  # noqa: BLE001 - whatever it is, the calls that need MLflow say so
            self._failed = error
        self._imported.set()


def _door_of(uri: str) -> Door | None:
    """Return the way to a tracking server that can be asked without MLflow; None for other stores."""
    if kind_of(uri) != "server":
        return None
    from nbtrack.store import door  # what speaks HTTP would cost every store's process a moment

    return door.Door(uri) if door.leads_to(uri) else None


def _check(file: Path, uri: str) -> None:
    """Refuse a SQLite file that MLflow would make, upgrade or fill with its tables.

    Raises
    ------
    StoreUnavailable
        With what is wrong, and what to type.
    """
    from nbtrack import schema

    found, store = schema.state(file), readable(uri)
    if found in {"absent", "empty"}:
        raise StoreUnavailable(f"{store} is not there yet.", hint="The first run that is logged makes it.")
    if found == "older":
        raise StoreUnavailable(
            f"{store} has the schema of an older MLflow than the one that Jupyter runs with.",
            hint=f"Take a copy of {file}, then type `mlflow db upgrade` with the store's URI.",
        )
    if found == "newer":
        raise StoreUnavailable(
            f"{store} was written by a newer MLflow than the one that Jupyter runs with.",
            hint="Type `pip install -U mlflow` and restart Jupyter.",
        )
    if found == "foreign":
        raise StoreUnavailable(f"{store} is not an MLflow store.", hint="Name another file.")
    if found == "unreadable":
        raise StoreUnavailable(f"{store} can't be read, or is damaged.", hint="Look at the file.")
