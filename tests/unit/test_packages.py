"""The list of installed packages."""

from __future__ import annotations

import sys
import time
from importlib import metadata
from typing import TYPE_CHECKING

from nbtrack import packages

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def install(folder: Path, name: str, version: str | None) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    if version:
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: x\n\nVersion: 9\n"
        (info / "METADATA").write_text(text)


def test_it_says_what_importlib_says() -> None:
    lines = packages.installed().splitlines()
    assert lines == sorted(
        lines, key=lambda line: line.partition("==")[0].lower().replace("_", "-").replace(".", "-")
    )
    for name in ("mlflow", "detect-secrets", "ipython"):
        assert f"{name}=={metadata.version(name)}" in lines


def test_the_first_on_the_path_counts_and_broken_ones_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "first", "Some_Package", "2.0")
    install(tmp_path / "second", "some-package", "1.0")
    install(tmp_path / "second", "broken", None)
    (tmp_path / "second" / "odd-1.dist-info").mkdir()
    (tmp_path / "second" / "odd-1.dist-info" / "METADATA").write_bytes(b"\xff\xfe")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "second"), "missing"])
    assert packages.installed() == "Some_Package==2.0\n"
    install(tmp_path / "second", "another", "3")
    assert packages.installed() == "another==3\nSome_Package==2.0\n"


def test_the_second_answer_is_at_hand() -> None:
    packages.installed()
    started = time.perf_counter()
    packages.installed()
    assert time.perf_counter() - started < 0.02
