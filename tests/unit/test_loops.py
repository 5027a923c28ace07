"""`nbtrack.progress`, in a kernel, a terminal and a pipe."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import nbtrack
from nbtrack import loops

if TYPE_CHECKING:
    import pytest


def test_items_pass_unchanged_and_nothing_is_said_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(nbtrack.progress("abc")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_a_kernel_is_told_the_first_and_the_last() -> None:
    told: list[tuple[int, int | None, str]] = []
    with loops.telling(lambda *what: told.append(what)):
        assert list(nbtrack.progress(range(1000), unit="epochs")) == list(range(1000))
        list(nbtrack.progress(iter([]), total=3))
        list(nbtrack.progress(one for one in "ab"))
    assert told[0] == (0, 1000, "epochs")
    assert (1000, 1000, "epochs") in told
    assert told[-1] == (2, None, "steps")
    assert len(told) < 100, "not for each item"


def test_a_loop_that_is_left_tells_how_far_it_came() -> None:
    told: list[int] = []
    with loops.telling(lambda done, _total, _unit: told.append(done)):
        for item in nbtrack.progress(range(10)):
            if item == 4:
                break
    assert told[-1] == 4


def test_a_terminal_gets_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    list(nbtrack.progress(range(4), unit="folds"))
    assert terminal.getvalue().endswith("4 of 4 folds · 100% \n")
