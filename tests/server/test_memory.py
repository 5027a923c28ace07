from __future__ import annotations

from nbtrack.server.frames import Answer
from nbtrack.server.memory import Memory


def test_the_last_answer_of_the_same_question() -> None:
    memory = Memory()
    memory.keep("a", "runs", {"x": 1, "y": 2}, Answer(b"old"), 1)
    memory.keep("a", "runs", {"y": 2, "x": 1}, Answer(b"new"), 2)
    memory.keep("b", "runs", {"x": 1, "y": 2}, Answer(b"other"), 3)
    found = memory.recall("a", "runs", {"x": 1, "y": 2})
    assert found is not None
    assert (found.answer.body, found.at) == (b"new", 2)
    assert memory.recall("a", "runs", {}) is None
    assert memory.recall("a", "run", {"x": 1, "y": 2}) is None


def test_bounds() -> None:
    memory = Memory(most=3, largest=100)
    for number in range(5):
        memory.keep("a", str(number), {}, Answer(b"x" * 10), number)
    assert [memory.recall("a", str(number), {}) is None for number in range(5)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert memory.recall("a", "2", {})  # used last, so 3 goes first
    memory.keep("a", "large", {}, Answer(b"x" * 85), 9)
    assert memory.recall("a", "3", {}) is None
    assert memory.recall("a", "large", {})
    memory.keep("a", "too large", {}, Answer(b"x" * 101), 9)
    assert memory.recall("a", "too large", {}) is None
    memory.keep("a", "small", {}, Answer(b"x" * 100), 10)
    assert memory.recall("a", "small", {})
