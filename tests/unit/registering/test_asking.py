"""What a user waits for ends at ■, between two requests."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from nbtrack.errors import NotFound
from nbtrack.registering import asking
from nbtrack.registering.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.unit.registering.registry import Registry


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Hear interrupts as a kernel does, also where the tests were started in the background, deaf to them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_at_the_next_step(here: Registry) -> None:
    steps: list[int] = []
    ended = threading.Event()

    def work(tell: Callable[[Progress], None], _: Mapping[str, str]) -> None:
        try:
            for step in range(3000):
                tell(Progress("a step"))
                steps.append(step)
                if step == 1:
                    _thread.interrupt_main()
                time.sleep(0.01)
        finally:
            ended.set()

    with pytest.raises(KeyboardInterrupt):
        asking._in_thread(here.source, work, {})
    assert ended.wait(30)
    assert len(steps) < 3000


def test_what_goes_wrong_in_the_thread_is_raised_where_one_waits(here: Registry) -> None:
    def work(*_: object) -> None:
        raise NotFound("There is none.")

    with pytest.raises(NotFound, match="There is none"):
        asking._in_thread(here.source, work, {})
