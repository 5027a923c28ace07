"""Whether the kernel that made a run is still alive.

A run that its kernel left RUNNING is never touched while that kernel lives. On the same host, boot and
process namespace the process itself answers; from elsewhere only its heartbeat can, which is trusted after
ten minutes of silence.
"""

from __future__ import annotations

import functools
import os
import socket
import time
from typing import TYPE_CHECKING

from nbtrack import tags

if TYPE_CHECKING:
    from collections.abc import Mapping

HEARTBEAT_SECONDS = 60
SILENCE_SECONDS = 600
_CLOCK_TICKS = 1.0  # psutil's create_time moves by a fraction of a second when the clock is adjusted


@functools.cache
def host() -> str:
    """Return what tells this host from others: name, boot, namespace of process ids."""
    return f"{socket.gethostname()}/{_boot_id()}/{_pid_namespace()}"


def own_tags() -> dict[str, str]:
    """Return the tags by which another kernel can tell whether this process lives."""
    pid = os.getpid()
    return {
        tags.KERNEL_HOST: host(),
        tags.KERNEL_PID: str(pid),
        tags.KERNEL_STARTED: f"{started(pid) or time.time():.2f}",
    }


def started(pid: int) -> float | None:
    """Return when process `pid` started, in seconds since the epoch; None if there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.Error:
        return None


def is_alive(run_tags: Mapping[str, str], now: float | None = None) -> bool:
    """Tell whether the kernel that wrote `run_tags` may still be alive.

    Parameters
    ----------
    run_tags
        A run's tags. Without nbtrack's own the answer is True: hands off.
    now
        Seconds since the epoch; the clock's if None.
    """
    try:
        pid = int(run_tags[tags.KERNEL_PID])
        since = float(run_tags[tags.KERNEL_STARTED])
        beat = int(run_tags[tags.HEARTBEAT]) / 1000
        where = run_tags[tags.KERNEL_HOST]
    except (KeyError, ValueError):
        return True
    if where == host():
        running_since = started(pid)
        return running_since is not None and abs(running_since - since) <= _CLOCK_TICKS
    return (time.time() if now is None else now) - beat < SILENCE_SECONDS


def _boot_id() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:  # noqa: PTH123 - not a path of the user's
            return file.read().strip()
    except OSError:
        import psutil

        return str(int(psutil.boot_time()))


def _pid_namespace() -> str:
    try:
        return str(os.stat("/proc/self/ns/pid").st_ino)  # noqa: PTH116
    except OSError:
        return "0"
