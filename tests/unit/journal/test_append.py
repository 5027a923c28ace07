"""What must hold of the write that keeps Python's lock: as `os.write`, but for the lock."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
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
    turns = 0
    over = threading.Event()

    def count() -> None:
        nonlocal turns
        while not over.is_set():
            turns += 1

    before = sys.getswitchinterval()
    other = threading.Thread(target=count)
    try:
        other.start()
        sys.setswitchinterval(1)
        time.sleep(0.001)  # it has had its second now, and is to wait for one
        counted = turns
        for _ in range(100):
            append(file, b"line\n")
        meanwhile = turns - counted
    finally:
        sys.setswitchinterval(before)
        over.set()
        other.join()
        os.close(file)
    assert counted
    assert meanwhile == 0
