"""Fixtures of several unit tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

NOBODY = 65534


@pytest.fixture
def read_only() -> Iterator[Callable[[Callable[[Path], object]], Path]]:
    """Return a folder, filled by a function, that this process can only read, even when it is root's."""
    folder = Path(tempfile.mkdtemp(prefix="nbtrack-read-only-"))

    def fill(make: Callable[[Path], object]) -> Path:
        make(folder)
        folder.chmod(0o555)
        if os.geteuid() == 0:  # permission bits don't bind root
            os.seteuid(NOBODY)
        return folder

    yield fill
    os.seteuid(os.getuid())
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a disk of 1.5 MB; where this process may not mount one, the test is left out."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "nbtrack-test", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk; a limit on the size of files is tested instead")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)
