"""What goes to a page, held to one example that the page's own tests read too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from nbtrack.live.frame import frame, snapshot
from nbtrack.live.layout import lay_out
from tests.unit.live.cards import BEGAN, card, log

CONTRACT = Path(__file__).parents[2] / "contract" / "live.json"


def test_contract() -> None:
    before = card()
    log(before, "z", "train_loss", [1.5, 1.25])
    one = card(before)
    log(one, "a", "train_loss", [1, 0.5, float("nan"), 0.25], epochs=4)
    log(one, "a", "val_loss", [2, 1, float("inf")])
    log(one, "a", "<b>best</b>", [7])
    lay_out(before)
    layout = lay_out(one)
    one.end("FINISHED", BEGAN + 9000)
    head, points = frame(
        one, layout, detail="full", behind="12 s behind", system=[{"name": "CPU", "text": "9 %"}]
    )
    told = snapshot(head, points, {"$schema": "v5", "mark": "line"})
    if os.environ.get("NBTRACK_UPDATE_CONTRACT"):
        CONTRACT.write_text(json.dumps(told, indent=2) + "\n")
    assert json.loads(json.dumps(told, allow_nan=False)) == json.loads(CONTRACT.read_text())


def test_compact_has_values_and_no_points() -> None:
    one = card()
    log(one, "a", "loss", [2, 1])
    head, points = frame(one, lay_out(one), detail="compact", behind=None, system=[])
    assert (head["panels"], head["series"], points) == ([], [], b"")
    assert [row["last"] for row in head["values"]] == [1]


def test_a_frame_stays_under_20_kb() -> None:
    one = card()
    for number in range(40):
        log(one, f"run-{number % 20}", f"metric_{number}", np.random.default_rng(number).normal(size=3000))
    head, points = frame(one, lay_out(one), detail="full", behind=None, system=[])
    assert len(json.dumps(head)) + len(points) <= 20_000
