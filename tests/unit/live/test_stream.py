"""Points on their way to a card."""

from __future__ import annotations

import gc
import sys
import threading

from nbtrack.live.stream import Stream


def test_points_come_out_in_the_order_in_which_they_went_in() -> None:
    stream = Stream()
    stream.put("a", {"loss": 0.5, "acc": 0.25}, 1000, 0)
    stream.put("b", {"loss": 1.0}, 1001, 7)

    assert list(stream.taken()) == [
        ("a", "loss", 0.5, 1000, 0),
        ("a", "acc", 0.25, 1000, 0),
        ("b", "loss", 1.0, 1001, 7),
    ]
    assert list(stream.taken()) == []


def test_somebody_is_asked_once_until_they_take() -> None:
    stream = Stream()

    assert stream.put("a", {"loss": 0.5}, 1000, 0)
    assert not stream.put("a", {"loss": 0.4}, 1001, 1)
    list(stream.taken())
    assert stream.put("a", {"loss": 0.3}, 1002, 2)


def test_no_point_is_left_behind_by_threads_that_log_while_others_are_taken() -> None:
    stream = Stream()
    asked = threading.Semaphore(0)
    found: list[tuple[str, str, float, int, int]] = []
    each = 20_000

    def log(name: str) -> None:
        for step in range(each):
            if stream.put(name, {"loss": 0.0}, 0, step):
                asked.release()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=log, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        while len(found) < 3 * each and asked.acquire(timeout=10):
            found += stream.taken()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    for name in "abc":
        assert [step for of, _, _, _, step in found if of == name] == list(range(each))


def test_points_that_wait_are_nothing_that_the_garbage_collector_walks_through() -> None:
    stream = Stream()
    gc.collect()
    before = len(gc.get_objects())
    for step in range(10_000):
        stream.put("a", {"loss": 0.5}, 1000, step)

    assert len(gc.get_objects()) - before < 100
