"""Where journals lie: in the user's own data folder, each in a folder that nobody else can enter."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from nbtrack import liveness

VARIABLE = "NBTRACK_JOURNAL"
_ON, _OFF = ("", "on"), "off"
_KERNEL = "kernel.json"


@dataclass(frozen=True, slots=True)
class Kernel:
    """Who writes a journal.

    Attributes
    ----------
    host, pid, started
        Its process, as `nbtrack.liveness` tells processes apart.
    kernel_id, notebook
        Jupyter's id; the notebook's path, "" where it is not known.
    since
        When the journal was begun, in seconds since the epoch.
    """

    host: str
    pid: int
    started: float
    kernel_id: str
    notebook: str
    since: float


def wanted() -> bool:
    """Tell whether kernels write journals: they do unless `NBTRACK_JOURNAL` is `off`."""
    return os.environ.get(VARIABLE) != _OFF


def root() -> Path:
    """Return the folder of all journals: the one that `NBTRACK_JOURNAL` names, or the user's data folder."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen in (*_ON, _OFF):
        return Path(platformdirs.user_data_path("nbtrack", appauthor=False)) / "journal"
    return Path(chosen)


def begin(kernel_id: str, notebook: str = "", *, within: Path | None = None) -> Path:
    """Make the folder of a new journal of this process.

    Raises
    ------
    OSError
        If it can't be made.
    """
    above = within or root()
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = time.time()
    folder = above / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    pid = os.getpid()
    kernel = Kernel(liveness.host(), pid, liveness.started(pid) or now, kernel_id, notebook, now)
    write(folder / _KERNEL, json.dumps(asdict(kernel)))
    return folder


def journals(within: Path | None = None) -> list[Path]:
    """Return the folders of all journals that there are, the oldest first."""
    try:
        return sorted(one for one in (within or root()).iterdir() if (one / _KERNEL).is_file())
    except OSError:
        return []


def kernel_of(folder: Path) -> Kernel | None:
    """Return who writes a journal; None where its note is gone or damaged."""
    try:
        return Kernel(**json.loads((folder / _KERNEL).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_written(folder: Path) -> bool:
    """Tell whether the process that writes a journal may still be alive."""
    kernel = kernel_of(folder)
    if kernel is None:
        return False
    if kernel.host.partition("/")[0] != liveness.host().partition("/")[0]:
        return True  # a home folder shared by machines: its own will see to it
    if kernel.host != liveness.host():
        return False  # before this machine started anew, or in a container that may be gone
    since = liveness.started(kernel.pid)
    return since is not None and abs(since - kernel.started) <= 1.0


def write(path: Path, text: str) -> None:
    """Replace a file by another, whole, which only the user can read.

    Raises
    ------
    OSError
        If it can't be written.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(fresh, "w", encoding="utf-8", opener=_private) as file:
            file.write(text)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
