"""Processes to measure in: IPython's shell, and bare Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from tests.benchmarks.table import END

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = Path(__file__).with_name("child.py")

PLAIN = "import mlflow, sklearn.linear_model; mlflow.set_tracking_uri('sqlite:///mlflow.db')"
NBTRACK = "import mlflow, sklearn.linear_model\n%load_ext nbtrack"


class BrokenError(Exception):
    """What was to be measured does not work."""


class Shell:
    """IPython's shell in a fresh process, with a home and a folder of its own.

    Parameters
    ----------
    *setup
        Cells to execute first. Nobody waits for them, so several shells can get ready at once.
    python
        The interpreter, of another environment where it is to see other packages.
    """

    def __init__(self, *setup: str, python: str = sys.executable) -> None:
        self._setup = setup
        self._python = python

    def __enter__(self) -> Self:
        self._home = tempfile.TemporaryDirectory(prefix="nbtrack-bench-", ignore_cleanup_errors=True)
        folder = Path(self._home.name) / "study"
        folder.mkdir()
        self._errors = (Path(self._home.name) / "stderr.txt").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [self._python, "-P", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=folder,
            env=_environment(Path(self._home.name), folder),
            text=True,
        )
        self._asked: list[str] = []
        for cell in self._setup:
            self._ask(cell)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()
        self._home.cleanup()

    def settle(self) -> None:
        """Wait until what was asked for is done."""
        while self._asked:
            self._answer()

    def ms(self, code: str, times: int = 1, rest: float = 0.0) -> list[float]:
        """Execute a cell some times, with `rest` seconds after each; return the milliseconds of each."""
        self.settle()
        self._ask(code, times, rest)
        return self._answer()

    def _ask(self, code: str, times: int = 1, rest: float = 0.0) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"code": code, "times": times, "rest": rest}) + "\n")
        self._process.stdin.flush()
        self._asked.append(code)

    def _answer(self) -> list[float]:
        assert self._process.stdout is not None
        code = self._asked.pop(0)
        with _killed_at_the_end(self._process):
            line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"failed": "the process ended"}
        if "failed" in answer:
            self._errors.seek(0)
            raise BrokenError(f"{code!r}: {answer['failed']}\n{self._errors.read()[-2000:]}")
        return list(answer["ms"])


def bare(code: str) -> str:
    """Execute code in a fresh Python; return what it prints."""
    with tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as home:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            cwd=home,
            env=_environment(Path(home), Path(home)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    if done.returncode:
        raise BrokenError(f"{code!r}: {done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def _killed_at_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    timer = Timer(max(1.0, END - monotonic()), process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _environment(home: Path, folder: Path) -> dict[str, str]:
    """Return what a process sees: nothing of the user's configuration."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "JPY_"))},
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JPY_SESSION_NAME": str(folder / "study.ipynb"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
    }
