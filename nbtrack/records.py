"""Frozen values that cross from one part of nbtrack to another: kernel, files, server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["explicit", "environment", "pyproject", "found", "default"]
"""Where a setting came from, strongest first."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Which store and which experiment a notebook logs to, and who said so.

    Attributes
    ----------
    store
        Tracking URI as MLflow takes it. It may hold credentials: show `settings.without_credentials(store)`.
    store_source
        Who chose the store, one of `Source`.
    experiment
        Name of the experiment, or None for what MLflow chooses (its Default, or `MLFLOW_EXPERIMENT_ID`).
    experiment_source
        Who chose the experiment, one of `Source`.
    artifacts
        `file:` URI for the artifacts of a store that nbtrack would create, else None: the store decides.
    made_by_nbtrack
        True when nbtrack creates this store if it is missing: a local SQLite file that the default or a
        pyproject.toml names.
    leftover_mlruns
        Folder of old MLflow file-store data beside the notebook that this store does not show, or None.
    """

    store: str
    store_source: Source
    experiment: str | None
    experiment_source: Source
    artifacts: str | None
    made_by_nbtrack: bool
    leftover_mlruns: str | None


@dataclass(frozen=True, slots=True)
class KernelRecord:
    """What a kernel tells the Jupyter server about itself, through a file that only their user can read.

    Attributes
    ----------
    kernel_id
        Id of the Jupyter kernel, or `pid-N` outside Jupyter.
    pid
        Process id of the kernel on this host.
    store, store_source, experiment, experiment_source
        As in `Settings`.
    notebook
        Path of the notebook from the Jupyter root, or None where it is not known.
    tracking
        False after `%track off`.
    notices
        Sentences for the user that wait to be shown, oldest first.
    """

    kernel_id: str
    pid: int
    store: str
    store_source: Source
    experiment: str | None
    experiment_source: Source
    notebook: str | None
    tracking: bool
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as a store has it, without its params and metrics.

    Attributes
    ----------
    status
        RUNNING, FINISHED, FAILED, KILLED or SCHEDULED.
    start_time, end_time
        Milliseconds since the epoch; None where the store has none.
    """

    run_id: str
    experiment_id: str
    name: str | None
    status: str
    start_time: int | None
    end_time: int | None
    tags: dict[str, str]
