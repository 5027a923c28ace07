"""Is there anything new? Asked every second while somebody looks, so it has to be cheap."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlflow import MlflowClient

    from nbtrack.store.opened import Store

_NEWEST = 50


def pulse(store: Store, experiment_ids: list[str] | None) -> dict[str, Any]:
    """Return a mark that changes when anything in the store may have; see `calls.pulse`."""
    if store.file is not None:
        return {"mark": "; ".join(_stat(f"{store.file}{suffix}") for suffix in ("", "-wal"))}
    store.check_server()
    return {"mark": _of_newest(store, experiment_ids)}


def _stat(file: str | Path) -> str:
    import os

    with suppress(OSError):
        found = os.stat(file)  # noqa: PTH116 - a pathlib.Path costs more than the call
        return f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"
    return "none"


def _of_newest(store: Store, experiment_ids: list[str] | None) -> str:
    """Return a digest of the newest runs and registered models.

    What changes in an older one is seen when it is looked at.
    """
    client = store.client
    if experiment_ids is None:
        experiment_ids = [one.experiment_id for one in client.search_experiments(max_results=_NEWEST)]
    digest = hashlib.blake2b(digest_size=12)
    digest.update(repr(experiment_ids).encode())
    if experiment_ids:
        for run in client.search_runs(
            experiment_ids, max_results=_NEWEST, order_by=["attributes.start_time DESC"]
        ):
            info, data = run.info, run.data
            digest.update(
                repr(
                    (
                        info.run_id, info.run_name, info.status, info.end_time,
                        sorted(data.metrics.items()), sorted(data.tags.items()), len(data.params),
                    )
                ).encode()
            )  # fmt: skip
    for told in _models(client):
        digest.update(repr(told).encode("utf-8", "replace"))
    return digest.hexdigest()


def _models(client: MlflowClient) -> Iterator[Any]:
    """Yield what a list of models shows; nothing where the store has none, or can't order them."""
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException):
        for one in client.search_registered_models(
            max_results=_NEWEST, order_by=["last_updated_timestamp DESC"]
        ):
            yield (one.name, one.last_updated_timestamp, one.description)
            yield (sorted(one.aliases.items()), sorted(one.tags.items()))
            for version in sorted(one.latest_versions or (), key=lambda version: str(version.version)):
                yield (version.version, version.status, version.current_stage, version.last_updated_timestamp)
                yield sorted(version.tags.items())
