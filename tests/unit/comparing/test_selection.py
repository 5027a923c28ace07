"""What pages say was selected: taken if it is a selection among the runs shown, else left alone."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from nbtrack.comparing import selection


class Shown:
    def __init__(self, run_ids: list[str]) -> None:
        self.run_ids = run_ids
        self.selected: list[str] = ["before"]

    def holds(self, run_ids: list[str]) -> bool:
        return set(run_ids) <= set(self.run_ids)


def test_a_selection_reaches_the_object_with_its_key() -> None:
    one, other = Shown(["a", "b", "c"]), Shown(["a", "b"])
    selection.listen("one", one)
    selection.listen("other", other)
    selection.hear({"selected": {"key": "one", "run_ids": ["c", "a", "c"]}})
    assert (one.selected, other.selected) == (["c", "a"], ["before"])
    selection.hear({"selected": {"key": "one", "run_ids": []}})
    assert one.selected == []


@pytest.mark.parametrize(
    "said",
    [
        None, 3, "one", [], {}, {"key": "one"}, {"run_ids": ["a"]}, {"key": ["one"], "run_ids": ["a"]},
        {"key": "one", "run_ids": "a"}, {"key": "one", "run_ids": ["a", 1]},
        {"key": "one", "run_ids": [["a"]]},
        {"key": "one", "run_ids": ["a", "other"]}, {"key": "nobody", "run_ids": ["a"]},
    ],
)  # fmt: skip
def test_what_is_no_selection_changes_nothing(said: Any) -> None:
    one = Shown(["a", "b"])
    selection.listen("one", one)
    selection.hear({"selected": said})
    selection.hear({"version": 1})
    assert one.selected == ["before"]


def test_an_object_that_is_gone_is_not_kept() -> None:
    selection.listen("gone", Shown(["a"]))
    gc.collect()
    assert "gone" not in selection._shown
    selection.hear({"selected": {"key": "gone", "run_ids": ["a"]}})
