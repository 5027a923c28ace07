"""What a notebook keeps of a registration: as much as there is room for, as text in HTML, and no secrets."""

from __future__ import annotations

import json
import threading
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest

from nbtrack.registering import output
from nbtrack.registering.form import read
from nbtrack.registering.found import Found
from nbtrack.registering.pace import Pace
from nbtrack.registering.progress import Progress
from nbtrack.registering.wish import Registered

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e"


def done(**parts: Any) -> Registered:
    known: dict[str, Any] = {
        "name": "churn",
        "version": "4",
        "aliases": ("champion",),
        "replaced": {"champion": "3"},
        "uri": "models:/churn@champion",
        "code": 'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/churn@champion")',
        "run_id": "r1",
        "run_name": "brave-fox",
        "model_id": None,
        "stage": None,
        "notes": (),
        "created": True,
    }
    return Registered(**{**known, **parts})


def test_a_card_tells_in_text_and_html_what_our_screen_shows() -> None:
    bundle = output.registered("digest", done(notes=("a note",)))
    for words in (
        "churn version 4 @champion",
        "champion was version 3",
        "brave-fox",
        "a note",
        "load_model(",
    ):
        assert words in bundle["text/plain"]
        assert words in bundle["text/html"]
    assert bundle[output.MIME]["card"]["replaced"] == {"champion": "3"}


def test_a_version_that_was_there_already_says_so() -> None:
    assert "no new version was made" in output.registered("digest", done(created=False))["text/html"]


def test_hostile_names_are_text() -> None:
    bundle = output.registered(
        "digest", done(name=HOSTILE, run_name=HOSTILE, notes=(HOSTILE,), code=f"x\n{HOSTILE}")
    )
    assert "<img" not in bundle["text/html"]
    for bad in ("\x1b", "\u202e"):
        assert bad not in bundle["text/html"] + bundle["text/plain"]


def test_scores_come_with_their_intervals_and_without_what_is_no_number() -> None:
    scores = pd.DataFrame(
        {
            "metric": ["f1", HOSTILE],
            "candidate": [0.91, float("nan")],
            "champion": [0.9, float("inf")],
            "difference": [0.01, 0.0],
            "low": [0.001, None],
            "high": [0.02, None],
            "n": [99, 99],
        }
    )
    bundle = output.registered("digest", done(), scores=scores)
    first, second = bundle[output.MIME]["card"]["scores"]
    assert (first["candidate"], first["low"], first["high"]) == (0.91, 0.001, 0.02)
    assert (second["candidate"], second["champion"], second["low"]) == (None, None, None)
    assert "<td>0.001</td>" in bundle["text/html"]
    json.dumps(bundle, allow_nan=False)
    assert "<img" not in bundle["text/html"]


def test_a_large_form_keeps_within_its_size() -> None:
    fields = [{"name": f"column {number}" * 5, "type": "double"} for number in range(2000)]
    rows = [["x" * 5000] * 20 for _ in range(5)]
    example = {"columns": [f"c{number}" for number in range(20)], "rows": rows}
    found = Found("models:/m-1", "model", ("sklearn",), {"inputs": fields, "outputs": []}, example)
    for many in (1, 200):
        form = {
            "run_id": "r1",
            "run_name": "brave-fox",
            "models": [output.model(found)] * many,
            "names": output.names([f"model {number}" for number in range(5000)]),
            "values": read(None),
        }
        bundle = output.bundle(output.payload("key", "digest", "form", 1, (), form=form))
        assert len(json.dumps(bundle)) <= output.LIMIT
        assert bundle[output.MIME]["form"]["models"][0]["uri"] == "models:/m-1"


@pytest.mark.parametrize(
    ("state", "parts", "words"),
    [
        ("working", {"progress": {"what": "Moving", "done": 1, "total": 2}}, "Moving …"),
        (
            "confirm",
            {"confirm": {"alias": "a", "from": {"version": "3", "run_name": None}, "to": "4"}},
            "Move it?",
        ),
        ("failed", {"error": {"message": "It is gone.", "hint": "Start it."}}, "Start it."),
        ("form", {"form": {"run_name": "brave-fox"}}, "%track_register NAME"),
    ],
)
def test_every_state_says_something_where_nobody_draws(state: str, parts: dict[str, Any], words: str) -> None:
    bundle = output.bundle(output.payload("key", "digest", state, 1, (), **parts))
    assert words in bundle["text/plain"]
    assert words in bundle["text/html"]


def test_progress_comes_at_once_then_once_a_second_and_never_after_the_end() -> None:
    shown: list[str] = []
    came = threading.Event()

    def show(step: Progress) -> None:
        shown.append(step.what)
        if len(shown) > 1:
            came.set()

    pace = Pace(show)
    for number in range(100):
        pace.tell(Progress(str(number)))
    assert shown[0] == "0"
    assert came.wait(30)
    assert shown[-1] == "99"
    pace.tell(Progress("late"))
    pace.stop()
    pace.tell(Progress("later"))
    assert "later" not in shown
    assert len(shown) < 50
