"""Each test has journals of its own, and no setting of the machine's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from nbtrack.command import main
from nbtrack.journal.places import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the journals; the working directory is above it."""
    folder = tmp_path / "journals"
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def nbtrack() -> Callable[..., Result]:
    """Return what runs the command `nbtrack`; an error that is none of ours fails the test."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return run
