"""What a card leaves in the notebook when its cell has ended: before its picture is there, and after."""

from __future__ import annotations

import contextvars
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nbtrack.live.frame import MIME
from nbtrack.live.pages import Pages
from nbtrack.live.screen import Screen
from nbtrack.live.show import Show
from nbtrack.live.system import System
from nbtrack.look import Look
from nbtrack.picture import LIMIT, VEGALITE
from tests.unit.live.cards import BEGAN, card, log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.live.card import Card

# The head of a PNG, 2 by 3 pixels large.
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\2\0\0\0\3"
CHART, TEXT, IMAGE = VEGALITE, "text/plain", "image/png"


class Notebook:
    """What a notebook shows: the last that was published."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}

    def publish(self, data: dict[str, Any], metadata: dict[str, Any], **_: object) -> None:  # noqa: ARG002
        self.data = data


def ended(notebook: Notebook, shown: Card, look: Look) -> Show:
    screen = Screen(notebook, contextvars.copy_context(), shown.key, "cell")
    show = Show(shown, screen, Pages(lambda: None), look, System(), lambda _: None)
    show.finish("FINISHED", BEGAN + 9000)
    return show


def trained(metrics: int = 2, steps: int = 20) -> Card:
    made, noise = card(), np.random.default_rng(0)
    for number in range(metrics):
        log(made, "run", f"m{number}", np.exp(-np.arange(steps) / steps) + 0.03 * noise.random(steps))
    return made


def test_the_card_says_how_it_ended_until_there_is_a_picture() -> None:
    notebook = Notebook()
    show = ended(notebook, trained(), Look())
    assert notebook.data.keys() == {MIME, CHART, TEXT}
    assert notebook.data[MIME]["status"] == "FINISHED"
    meanwhile, notebook.data = notebook.data, {}
    show.renew()  # a page has come
    assert notebook.data == meanwhile
    show.paint(lambda _spec, _limit: PNG)
    assert notebook.data.keys() == {CHART, IMAGE, TEXT}
    assert notebook.data[CHART] == meanwhile[CHART]


def test_a_picture_that_can_not_be_painted_leaves_the_chart() -> None:
    notebook = Notebook()
    ended(notebook, trained(), Look()).paint(lambda _spec, _limit: None)
    assert notebook.data.keys() == {CHART, TEXT}


@pytest.mark.parametrize("look", [Look(), Look(live="compact")])
@pytest.mark.parametrize(("metrics", "steps"), [(2, 3000), (8, 200), (32, 3000)])
def test_what_is_left_is_small_and_leaves_room_for_the_picture(look: Look, metrics: int, steps: int) -> None:
    notebook = Notebook()
    show = ended(notebook, trained(metrics, steps), look)
    assert MIME in notebook.data
    assert CHART in notebook.data
    assert len(json.dumps(notebook.data)) <= LIMIT
    room: list[int | None] = []

    def measure(_: Mapping[str, Any], limit: int | None) -> bytes:
        room.append(limit)
        return PNG

    show.paint(measure)
    # Panels of 24 noisy curves take 18 kB.
    assert room[0] is not None
    assert room[0] >= 18_000


def test_the_users_own_chart_stands_alone_where_both_are_too_large() -> None:
    own = {"mark": "line", "data": {"values": [{"x": number, "y": number} for number in range(1500)]}}
    notebook = Notebook()
    ended(notebook, trained(), Look(chart=lambda _: own))
    assert notebook.data.keys() == {CHART, TEXT}
    assert notebook.data[CHART] == own


@pytest.mark.parametrize(
    ("look", "kinds"),
    [
        (Look(live="off"), {CHART, TEXT}),
        (Look(save="png"), {TEXT}),
        (Look(save="none"), {TEXT}),
    ],
)
def test_the_card_is_left_beside_a_chart_only_and_if_it_was_wanted(look: Look, kinds: set[str]) -> None:
    notebook = Notebook()
    ended(notebook, trained(), look)
    assert notebook.data.keys() == kinds
