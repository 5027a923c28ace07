"""What must hold of the write that keeps Python's lock: as `os.write`, but for the lock."""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path

import pytest

from nbtrack.journal.append import append


def test_bytes_come_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "segment"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        assert append(file, b"one\n\0two\n") == 9
        assert append(file, b"three\n") == 6
    finally:
        os.close(file)
    assert path.read_bytes() == b"one\n\0two\nthree\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is Linux's")
def test_a_full_disk_is_an_os_error() -> None:
    file = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(OSError, match="No space left on device") as raised:
            append(file, b"line\n")
    finally:
        os.close(file)
    assert raised.value.errno == errno.ENOSPC


def test_a_closed_file_is_an_os_error(tmp_path: Path) -> None:
    file = os.open(tmp_path / "segment", os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(file)
    with pytest.raises(OSError, match="Bad file descriptor") as raised:
        append(file, b"line\n")
    assert raised.value.errno == errno.EBADF


@pytest.mark.skipif(os.name != "posix", reason="the lock is kept on POSIX systems")
def test_no_other_thread_runs_meanwhile(tmp_path: Path) -> None:
    """A thread that waits for the lock gets it only when this one has had it for its time."""
    file = os.open(tmp_path / "segment", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    ran: list[int] = []
    begun, over = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        while not over.is_set():
            ran.append(1)

    before = sys.getswitchinterval()
    other = threading.Thread(target=wait)
    try:
        other.start()
        begun.wait()
        sys.setswitchinterval(2)
        append(file, b"line\n")  # whoever has waited for less than two seconds does not ask for the lock
        counted = len(ran)
        for _ in range(100):
            append(file, b"line\n")
        meanwhile = len(ran) - counted
    finally:
        sys.setswitchinterval(before)
        over.set()
        other.join()
        os.close(file)
    assert meanwhile == 0
