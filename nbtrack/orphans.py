"""Find the runs that dead kernels left RUNNING, and end them: what `%track_repair` is a face of."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nbtrack import liveness, store, tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from nbtrack.records import RunRecord

REASON = "kernel-died"


@dataclass(frozen=True, slots=True)
class Repair:
    """The runs that dead kernels left RUNNING. Printed, it is a table.

    Attributes
    ----------
    runs
        Newest first.
    applied
        Whether they have been ended.
    """

    runs: tuple[RunRecord, ...]
    applied: bool

    def __repr__(self) -> str:
        if not self.runs:
            return "No run was left RUNNING by a dead kernel."
        lines = [
            f"{run.run_id}  {run.name or '':<24}  {run.tags.get(tags.NOTEBOOK_PATH, ''):<32}  "
            f"last sign of life {_ago(_last_sign(run))}"
            for run in self.runs
        ]
        one = len(self.runs) == 1
        what = "1 run" if one else f"{len(self.runs)} runs"
        if self.applied:
            lines.append(f"Ended {what} as KILLED.")
        else:
            lines.append(
                f"{what} left RUNNING. Type `%track_repair --apply` to end {'it' if one else 'them'}."
            )
        return "\n".join(lines)


def repair(*, apply: bool = False, client: MlflowClient | None = None) -> Repair:
    """Find runs that their kernel left RUNNING when it died, and end them if asked.

    A run of a kernel that lives is never touched, on whatever host; nor one that nbtrack did not tag.

    Parameters
    ----------
    apply
        End them as KILLED, at their last sign of life, with the tag `nbtrack.repaired`.
    client
        Store to look at; the one in use if None.
    """
    import mlflow

    client = client or mlflow.MlflowClient()
    dead = tuple(run for run in store.left_running(client) if not liveness.is_alive(run.tags))
    if apply:
        for run in dead:
            client.set_tag(run.run_id, tags.REPAIRED, REASON)
            client.set_terminated(run.run_id, "KILLED", _last_sign(run))
    return Repair(dead, applied=apply)


def _last_sign(run: RunRecord) -> int:
    """Return the run's last sign of life, in milliseconds since the epoch."""
    return int(run.tags.get(tags.HEARTBEAT, run.start_time or 0))


def _ago(milliseconds: int) -> str:
    seconds = time.time() - milliseconds / 1000
    if seconds < 120:  # noqa: PLR2004 - two minutes read better as seconds
        return f"{seconds:.0f} s ago"
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
