"""A write to a file that does not let go of Python's lock.

`os.write` lets go of it. Where another thread waits for it, as in a kernel one mostly does, that thread is
woken up only to find it taken again a microsecond later: at each call of a loop, the system calls for this
cost ten times the write, and the woken thread gets no further. A file's write goes into memory, so there is
nothing to wait for; on a disk that stalls, the process's other threads wait as well.
"""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def append(file: int, data: bytes) -> int:
    """Write to a file's descriptor; return how many bytes were written, as `os.write` does.

    Raises
    ------
    OSError
        As `os.write` does.
    """
    written = _write(file, data, len(data))
    if written >= 0:
        return written
    number = ctypes.get_errno()
    if number == errno.EINTR:
        return append(file, data)
    raise OSError(number, os.strerror(number))


def _found() -> Callable[[int, bytes, int], int]:
    if os.name != "posix":
        return lambda file, data, _: os.write(file, data)
    write: Any = ctypes.PyDLL(None, use_errno=True).write
    write.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
    write.restype = ctypes.c_ssize_t
    found: Callable[[int, bytes, int], int] = write
    return found


_write = _found()
