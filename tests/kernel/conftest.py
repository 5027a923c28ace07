"""Kernels for the tests: a fresh one, or one shared by a file whose tests keep to their own cells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kernel.live import LiveKernel

DATA = """
import warnings; warnings.filterwarnings("ignore")
import mlflow
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
X, y = make_classification(200, random_state=0)
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[LiveKernel]:
    """Return a fresh kernel with nbtrack on."""
    from tests.kernel.live import LiveKernel

    with LiveKernel(tmp_path / "work") as live:
        live.ok("%load_ext nbtrack")
        yield live


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    """Return a kernel with nbtrack on and something to fit, shared by the file: use a cell id per test."""
    from tests.kernel.live import LiveKernel

    with LiveKernel(tmp_path_factory.mktemp("shared") / "work") as live:
        live.ok("%load_ext nbtrack")
        live.ok(DATA)
        yield live


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Callable[..., LiveKernel]]:
    """Return a maker of kernels without nbtrack, ended with the test."""
    from contextlib import ExitStack

    from tests.kernel.live import LiveKernel

    with ExitStack() as stack:

        def make(name: str = "work", env: dict[str, str] | None = None) -> LiveKernel:
            return stack.enter_context(LiveKernel(tmp_path / name, env))

        yield make
