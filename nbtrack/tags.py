"""Every tag that nbtrack writes on runs and registered models: nbtrack's whole schema in an MLflow store.

Where MLflow has a key of its own it is used (`mlflow.source.name`, `mlflow.source.git.commit`,
`mlflow.parentRunId` …). `DOCUMENTED` gives each key's meaning and an example; a test holds it complete.
"""

from __future__ import annotations

NOTEBOOK_PATH = "nbtrack.notebook.path"
CELL_ID = "nbtrack.cell.id"
CELL_EXECUTION = "nbtrack.cell.execution"
CELL_EXECUTION_COUNT = "nbtrack.cell.execution_count"
CELL_SOURCE_SHA256 = "nbtrack.cell.source_sha256"
CELL_ROLE = "nbtrack.cell.role"
PREVIOUS_RUN = "nbtrack.cell.previous_run"
KERNEL_ID = "nbtrack.kernel.id"
KERNEL_HOST = "nbtrack.kernel.host"
KERNEL_PID = "nbtrack.kernel.pid"
KERNEL_STARTED = "nbtrack.kernel.started"
HEARTBEAT = "nbtrack.heartbeat"
EXCEPTION_TYPE = "nbtrack.exception.type"
EXCEPTION_MESSAGE = "nbtrack.exception.message"
REPAIRED = "nbtrack.repaired"
RUN_ID = "nbtrack.run.id"
MOVED_FROM = "nbtrack.moved.from"
MOVED_DIGEST = "nbtrack.moved.digest"

# On registered models; see `of_alias`. A version has the notebook and the cell of its run.
ALIAS_HISTORY = "nbtrack.alias.<alias>.history"
ALIAS_MOVING = "nbtrack.alias.<alias>.moving"

# MLflow's own keys that nbtrack fills in.
SOURCE_NAME = "mlflow.source.name"
SOURCE_TYPE = "mlflow.source.type"
GIT_COMMIT = "mlflow.source.git.commit"
GIT_BRANCH = "mlflow.source.git.branch"
GIT_DIRTY = "mlflow.source.git.dirty"
PARENT_RUN_ID = "mlflow.parentRunId"
RUN_NAME = "mlflow.runName"
NOTE = "mlflow.note.content"

DOCUMENTED: dict[str, tuple[str, str]] = {
    NOTEBOOK_PATH: ("path of the notebook, from the Jupyter root where known", "notebooks/churn.ipynb"),
    CELL_ID: ("id of the cell, as the notebook file has it", "3f0c2b1e"),
    CELL_EXECUTION: ("one execution of one cell: shared by all its runs", "5d2c…-14"),
    CELL_EXECUTION_COUNT: ("the number in `In [n]`", "14"),
    CELL_SOURCE_SHA256: ("SHA-256 of the cell's source as executed", "9f86d081884c7d65…"),
    CELL_ROLE: ("`parent` on the run that stands for a cell with several runs", "parent"),
    PREVIOUS_RUN: ("run id of the same cell's execution before this one", "8c1f…"),
    KERNEL_ID: ("id of the Jupyter kernel, or `pid-N` outside Jupyter", "5d2c…"),
    KERNEL_HOST: ("host, boot and process namespace of the kernel", "lab-7/1f2e…/4026531836"),
    KERNEL_PID: ("process id of the kernel on that host", "4242"),
    KERNEL_STARTED: ("start of the kernel's process, seconds since the epoch", "1793331200.12"),
    HEARTBEAT: ("last sign of life of the kernel, milliseconds since the epoch", "1793331260000"),
    EXCEPTION_TYPE: ("type of the exception that ended the run", "ValueError"),
    EXCEPTION_MESSAGE: ("its message, secrets redacted, at most 500 characters", "x must be > 0"),
    REPAIRED: ("why `%track_repair` ended this run", "kernel-died"),
    RUN_ID: ("the id that the kernel gave, by which a run is found that the server made unheard", "b41d…"),
    MOVED_FROM: ("the id that a run, model or version had in the store that it was exported from", "8c1f…"),
    MOVED_DIGEST: ("what a run consisted of there, noted when it was found to be the same here", "9f86d081…"),
    ALIAS_HISTORY: ("on a registered model: versions that the alias has had, the latest last", '["3", "4"]'),
    ALIAS_MOVING: ("who moves the alias, or moved it last", '{"by": "rosa on lab-7 (process 4242)", …}'),
}


def of_alias(key: str, alias: str) -> str:
    """Return the key of a tag about an alias."""
    return key.replace("<alias>", alias)


def alias_of(key: str) -> str | None:
    """Return the alias whose history a tag is; None for every other tag."""
    head, tail = ALIAS_HISTORY.split("<alias>")
    alias = key.removeprefix(head).removesuffix(tail)
    return alias if alias and key == of_alias(ALIAS_HISTORY, alias) else None
