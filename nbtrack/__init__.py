"""Every notebook cell that trains becomes a clean MLflow run.

In a notebook: ``%load_ext nbtrack``. In a script: ``with nbtrack.track_run("name"): …``.
Importing this package loads neither MLflow nor Altair: names are resolved on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.comparing.chosen import compare
    from nbtrack.comparing.listing import runs
    from nbtrack.connecting.checked import check
    from nbtrack.errors import Conflict, Invalid, NbtrackError, NotFound, StoreUnavailable
    from nbtrack.loops import progress
    from nbtrack.orphans import repair
    from nbtrack.points import log, log_dict
    from nbtrack.registering.registration import register, rollback
    from nbtrack.switch import track
    from nbtrack.tracking import track_run

__version__ = "0.1.0"

# No function here may bear its module's name: the module would hide it once imported.
_HOME = {
    "Conflict": "nbtrack.errors",
    "Invalid": "nbtrack.errors",
    "NbtrackError": "nbtrack.errors",
    "NotFound": "nbtrack.errors",
    "StoreUnavailable": "nbtrack.errors",
    "check": "nbtrack.connecting.checked",
    "compare": "nbtrack.comparing.chosen",
    "log": "nbtrack.points",
    "log_dict": "nbtrack.points",
    "progress": "nbtrack.loops",
    "register": "nbtrack.registering.registration",
    "repair": "nbtrack.orphans",
    "rollback": "nbtrack.registering.registration",
    "runs": "nbtrack.comparing.listing",
    "track": "nbtrack.switch",
    "track_run": "nbtrack.tracking",
}

__all__ = [
    "Conflict",
    "Invalid",
    "NbtrackError",
    "NotFound",
    "StoreUnavailable",
    "__version__",
    "check",
    "compare",
    "log",
    "log_dict",
    "progress",
    "register",
    "repair",
    "rollback",
    "runs",
    "track",
    "track_run",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        # Kept, since a hot loop must not come here again.
        found = globals()[name] = getattr(import_module(_HOME[name]), name)
        return found
    raise AttributeError(f"module 'nbtrack' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Switch nbtrack on in this kernel (``%load_ext nbtrack``)."""
    from nbtrack.kernel.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Put everything back as it was (``%unload_ext nbtrack``)."""
    from nbtrack.kernel.extension import unload

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "nbtrack"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nbtrack.server.extension"}]
