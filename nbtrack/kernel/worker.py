"""What MLflow meets in every process where nbtrack is installed, through its own plug-in points.

Only a process that a notebook's cell has started is nbtrack's business: joblib's workers, `multiprocessing`,
`subprocess`. It finds the address of its kernel in the environment. MLflow imports this file with itself, in
scripts and servers too: so nothing but `os` is imported here, and nothing may be raised.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbtrack.kernel.borrower import Borrower

# "pid of the kernel:token:address", set by nbtrack.kernel.lender.
VARIABLE = "NBTRACK_KERNEL"


def _borrower() -> Borrower | None:
    """Return this process's link to the kernel that it descends from, None where there is none."""
    where = os.environ.get(VARIABLE)
    if not where or where.startswith(f"{os.getpid()}:") or where.count(":") < 2:  # noqa: PLR2004
        return None
    from nbtrack.kernel import borrower

    return borrower.of(where)


class WorkerContext:
    """MLflow's run-context provider in a worker: the tags of the cell that runs, for the worker's own runs.

    MLflow asks it right before it makes a run, which is the moment to see to it that a run that nobody
    asked for is not made.
    """

    def in_context(self) -> bool:
        """Tell MLflow whether this process is a worker of a cell."""
        borrower = _borrower()
        if borrower is None:
            return False
        borrower.attend()
        return True

    def tags(self) -> dict[str, str]:
        """Return the tags for a run that this process makes now."""
        borrower = _borrower()
        return {} if borrower is None else borrower.tags()


class WorkerExperiment(threading.local):
    """MLflow's default-experiment provider in a worker: the notebook's experiment."""

    _found: str | None = None

    def in_context(self) -> bool:
        """Tell MLflow whether the kernel has named an experiment."""
        borrower = _borrower()
        self._found = None if borrower is None else borrower.experiment()
        return self._found is not None

    def get_experiment_id(self) -> str | None:
        """Return the id that `in_context`, called just before, has asked for."""
        return self._found
