"""What is told while something is registered comes at a page's pace, and never falls silent."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from nbtrack.registering import pace
from nbtrack.registering.progress import Progress

if TYPE_CHECKING:
    import pytest


def test_a_long_step_is_told_again_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_AGAIN", 0.05)
    told: list[str] = []
    thrice = threading.Event()

    def show(progress: Progress) -> None:
        told.append(progress.what)
        if len(told) == 3:
            thrice.set()

    telling = pace.Pace(show)
    telling.tell(Progress("saving"))
    assert thrice.wait(30)
    telling.stop()
    after = len(told)
    time.sleep(0.3)
    assert len(told) == after
    assert set(told) == {"saving"}


def test_of_many_words_the_latest_is_told() -> None:
    told: list[str] = []
    latest = threading.Event()

    def show(progress: Progress) -> None:
        told.append(progress.what)
        if progress.what == "99":
            latest.set()

    telling = pace.Pace(show)
    for number in range(100):
        telling.tell(Progress(str(number)))
    assert latest.wait(30)
    telling.stop()
    assert told[0] == "0"
    assert len(told) < 10
