"""MLflow's patience is cut short while something is registered, and only then."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from nbtrack.registering import patience

if TYPE_CHECKING:
    import pytest

TIMEOUT, RETRIES = "MLFLOW_HTTP_REQUEST_TIMEOUT", "MLFLOW_HTTP_REQUEST_MAX_RETRIES"


def limits() -> tuple[str | None, str | None]:
    return os.environ.get(TIMEOUT), os.environ.get(RETRIES)


def test_limits_hold_within_and_what_was_there_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TIMEOUT, raising=False)
    monkeypatch.setenv(RETRIES, "7")
    with patience.calls():
        assert limits() == ("10", "0")
        with patience.uploads():
            assert limits() == ("60", "1")
        assert limits() == ("10", "0")
    assert limits() == (None, "7")


def test_a_limit_that_somebody_set_lower_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TIMEOUT, "3")
    monkeypatch.delenv(RETRIES, raising=False)
    with contextlib.suppress(RuntimeError), patience.uploads():
        assert limits() == ("3", "1")
        raise RuntimeError
    assert limits() == ("3", None)


def test_two_registrations_at_once_leave_the_limits_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TIMEOUT, raising=False)
    monkeypatch.delenv(RETRIES, raising=False)
    inside, go_on = threading.Event(), threading.Event()

    def other() -> None:
        with patience.calls():
            inside.set()
            go_on.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(30)
    with patience.calls():
        go_on.set()
        thread.join(30)
        assert limits() == ("10", "0")
    assert limits() == (None, None)
