"""The card under a cell: what is shown while it runs, and what stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.kernel.live import LiveKernel, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kernel.live import Reply

CARD = "application/vnd.nbtrack.live.v1+json"
CHART = "application/vnd.vegalite.v5+json"

WITH_CHART = {CHART, "image/png", "text/plain"}
TABLE = {"text/html", "text/plain"}

CURVES = """
for step in range({n}):
    mlflow.log_metrics({{"train_loss": 1 / (step + 1), "val_loss": 1 / (step + 1) + 0.1}}, step=step)
    {more}
"""


@pytest.fixture(scope="module")
def cards(shared: LiveKernel) -> LiveKernel:
    """Return the shared kernel with a page that listens."""
    shared.ok("import time, nbtrack")
    shared.listen()
    return shared


def test_a_cell_without_metrics_shows_nothing(cards: LiveKernel) -> None:
    assert not cards.ok("x = 1", "nothing").displays
    assert not cards.ok("mlflow.set_tag('a', 1)", "a-tag").displays


def test_a_curve_becomes_a_chart_and_a_picture_that_stay(cards: LiveKernel) -> None:
    reply = cards.ok(CURVES.format(n=20, more="time.sleep(0.05)"), "curve")
    first = reply.displays[0]
    assert first["metadata"]["nbtrack"]["cell_id"] == "curve"
    assert first["transient"]["display_id"] == first["metadata"]["nbtrack"]["card"]
    assert first["data"][CARD]["status"] == "RUNNING"
    left = cards.left(reply, WITH_CHART)
    assert "FINISHED" in left["text/plain"]
    assert "train_loss" in left["text/plain"]
    assert left[CHART]["$schema"].startswith("https://vega.github.io/schema/vega-lite/v5")
    assert len(json.dumps(left)) <= 60_000
    assert {display["transient"]["display_id"] for display in reply.displays} == {
        first["transient"]["display_id"]
    }


INTERRUPTED = """
import sys

def before_the_post(frame, event, arg):
    if event == "call" and frame.f_code.co_qualname == "Drawing.post":
        sys.setprofile(None)
        raise KeyboardInterrupt

nbtrack.log(first=1, step=0)
time.sleep(0.5)
sys.setprofile(before_the_post)
try:
    nbtrack.log(second=1, step=0)
except KeyboardInterrupt:
    print("interrupted")
nbtrack.log(third=1, step=0)
"""


def test_a_caught_interrupt_keeps_no_point_off_the_card(cards: LiveKernel) -> None:
    reply = cards.ok(INTERRUPTED, "caught")
    assert "interrupted" in reply.stdout
    left = cards.left(reply, TABLE)
    assert all(name in left["text/plain"] for name in ("first", "second", "third"))


def test_single_values_become_a_small_table(cards: LiveKernel) -> None:
    reply = cards.ok("mlflow.log_param('p', 1)\nmlflow.log_metric('acc', 0.5)", "value")
    left = cards.left(reply, TABLE)
    assert "acc" in left["text/html"]
    assert "0.5" in left["text/plain"]


def test_a_name_is_only_text(cards: LiveKernel) -> None:
    cards.frames.clear()
    reply = cards.ok(
        "for name in ('<script>a</script>', '<img src=x onerror=b>'):\n"
        "    mlflow.log_param('kind', name)\n"
        "    mlflow.log_metric('acc', 0.5)",
        "hostile",
    )
    assert reply.status == "ok"
    cards.left(reply, WITH_CHART)
    refused = cards.run("mlflow.log_metric('no<script>', 1)", "refused")
    assert refused.status == "error"
    assert not refused.displays, "what the store has refused is not shown"


def test_a_run_name_is_escaped_in_html(cards: LiveKernel) -> None:
    reply = cards.ok(
        "with mlflow.start_run(run_name='<img src=x onerror=c>'): mlflow.log_metric('acc', 1)", "run-name"
    )
    left = cards.left(reply, TABLE)
    assert "&lt;img src=x" in left["text/html"]
    assert "<img" not in left["text/html"]


def test_frames_are_few_small_and_complete(cards: LiveKernel) -> None:
    cards.frames.clear()
    reply = cards.ok(
        "end = time.time() + 8; step = 0\n"
        "while time.time() < end:\n"
        "    mlflow.log_metrics({f'm{i}': step + i for i in range(10)}, step=step); step += 1\n"
        # Unpaced it logs 70,000 points a second, at which the chart takes longer rather than more of a core.
        "    time.sleep(0.002)",
        "frames",
    )
    cards.left(reply, WITH_CHART)
    frames = list(cards.frames)
    times = [at for at, _, _ in frames]
    assert len(frames) >= 5
    assert len(frames) / (times[-1] - times[0]) <= 10
    assert max(len(json.dumps(head)) + len(points) for _, head, points in frames) <= 20_000
    last = frames[-1][1]
    assert last["status"] == "FINISHED"
    assert len(last["series"]) == 10
    assert sum(line["points"] for line in last["series"]) * 12 == len(frames[-1][2])
    assert [frame["sequence"] for _, frame, _ in frames] == sorted({f["sequence"] for _, f, _ in frames})
    shown = {row["metric"]: row["last"] for row in last["values"]}
    until(lambda: cards.store.get_run(last["run_id"]).data.metrics == shown)


def test_one_fit_each_for_five_settings_is_one_panel_across_runs(cards: LiveKernel) -> None:
    reply = cards.ok(
        "for C in (0.01, 0.1, 1, 10, 100):\n"
        "    model = LogisticRegression(C=C).fit(X, y)\n"
        "    mlflow.log_metric('acc', model.score(X, y))",
        "five",
    )
    cards.left(reply, WITH_CHART)
    last = _last(reply)
    (panel,) = [panel for panel in last["panels"] if panel["title"] == "acc"]
    assert panel["axis"] == "run"
    assert last["series"][panel["series"][0]]["points"] == 5
    assert {row["label"] for row in last["values"]} == {"C=0.01", "C=0.1", "C=1", "C=10", "C=100"}


def test_the_execution_before_is_drawn_faint_and_compared(cards: LiveKernel) -> None:
    for value in (1, 2):
        reply = cards.ok(
            f"for step in range(5): mlflow.log_metric('loss', {value}, step=step); time.sleep(.1)", "again"
        )
        cards.left(reply, WITH_CHART)
    last = _last(reply)
    assert [line["faint"] for line in last["series"]] == [True, False]
    (row,) = last["values"]
    assert (row["last"], row["previous"], row["best"]) == (2, 1, 2)


def test_an_interrupt_and_an_exception_leave_their_picture(cards: LiveKernel) -> None:
    sent = cards.send(CURVES.format(n=10_000, more="time.sleep(0.02)"), "interrupted")
    until(lambda: "interrupted" in _cells_with_frames(cards))
    cards.interrupt()
    assert "KILLED" in cards.left(cards.wait(sent), WITH_CHART)["text/plain"]
    reply = cards.run(CURVES.format(n=5, more="if step == 4: 1 / 0"), "failing")
    assert reply.status == "error"
    assert "FAILED" in cards.left(reply, WITH_CHART)["text/plain"]


def _last(reply: Reply) -> dict[str, Any]:
    """Return what the card said at its end, also of a cell that ended before its first frame was due."""
    last: dict[str, Any] = [data[CARD] for shown in reply.displays if CARD in (data := shown["data"])][-1]
    return last


def _cells_with_frames(kernel: LiveKernel) -> set[Any]:
    message = kernel.client.get_iopub_msg(timeout=30)
    return {message["content"].get("data", {}).get("cell_id")} if message["msg_type"] == "comm_msg" else set()


def test_progress_of_a_loop(cards: LiveKernel) -> None:
    cards.frames.clear()
    reply = cards.ok(
        "for epoch in nbtrack.progress(range(8), unit='epochs'):\n"
        "    mlflow.log_metric('loss', epoch, step=epoch); time.sleep(0.4)",
        "progress",
    )
    cards.left(reply, WITH_CHART)
    seen = [frame["progress"] for _, frame, _ in cards.frames]
    assert all(progress["total"] == 8 for progress in seen)
    assert any(0 < progress["done"] < 8 for progress in seen)
    assert seen[-1] == {"done": 8, "total": 8, "unit": "epochs"}


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("--save none", {"text/plain"}),
        ("--save png", {"image/png", "text/plain"}),
        ("--save full", {CHART, "image/png", "text/plain"}),
    ],
)
def test_what_stays_is_the_users_choice(cards: LiveKernel, line: str, kinds: set[str]) -> None:
    cards.ok(f"%track {line}")
    try:
        cards.left(cards.ok(CURVES.format(n=3, more=""), f"save {line}"), kinds)
    finally:
        cards.ok("%track --save auto")


def test_live_off_and_compact_by_the_cells_metadata(cards: LiveKernel) -> None:
    cards.frames.clear()
    quiet = cards.run(CURVES.format(n=10, more="time.sleep(0.05)"), "off", {"nbtrack": {"live": "off"}})
    assert not cards.frames
    cards.left(quiet, WITH_CHART)
    reply = cards.run(CURVES.format(n=10, more="time.sleep(0.05)"), "small", {"nbtrack": {"live": "compact"}})
    cards.left(reply, WITH_CHART)
    last = _last(reply)
    assert (last["detail"], last["panels"]) == ("compact", [])


def test_a_chart_of_the_users_own(cards: LiveKernel) -> None:
    cards.ok(
        "import altair as alt\n"
        "def mine(data): return alt.Chart(data, title='mine').mark_area().encode(x='step', y='value')\n"
        "def broken(data): raise ValueError('no such column')"
    )
    cards.ok("%track --chart mine")
    left = cards.left(cards.ok(CURVES.format(n=4, more=""), "own"), WITH_CHART)
    assert left[CHART]["title"] == "mine"
    cards.ok("%track --chart broken")
    left = cards.left(cards.ok(CURVES.format(n=4, more=""), "broken"), WITH_CHART)
    assert left[CHART]["title"] != "mine"
    said = cards.ok("%track --chart default")
    assert "no such column" in said.text


def test_without_a_page_the_display_itself_moves(tmp_path: Path) -> None:
    with LiveKernel(tmp_path / "work") as alone:
        alone.ok("%load_ext nbtrack\nimport mlflow, time")
        reply = alone.ok(CURVES.format(n=60, more="time.sleep(0.05)"))
        charts = [display["data"] for display in reply.displays if CHART in display["data"]]
        assert len(charts) >= 2
        # No cell id: whoever executes does not look. The picture is there when the cell ends.
        assert "image/png" in charts[-1]
        assert not alone.frames


def order(kernel: LiveKernel, code: str, cell: str) -> list[str]:
    """Return the types of what a cell sends; those of its card with a star."""
    sent = kernel.send("from IPython.display import clear_output\nimport ipywidgets\n" + code, cell)
    kinds: list[str] = []
    while "idle" not in kinds:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == sent:
            star = "*" if "nbtrack" in message["content"].get("metadata", {}) else ""
            kinds.append(message["content"].get("execution_state") or message["msg_type"] + star)
    return kinds


def test_a_cell_that_clears_its_output_keeps_its_card(cards: LiveKernel) -> None:
    # On a busy machine the card takes a second or two, and the cell has to go on clearing after that.
    loop = CURVES.format(n=25, more="time.sleep(0.2); clear_output(wait=True); print(step)")
    kinds = order(cards, loop, "clears")
    shown = kinds.index("display_data*")  # from here on there is a card to keep
    after = " ".join(kinds[shown:]).split("clear_output")[1:]
    assert len(after) >= 4, kinds
    assert all(" display_data* " in sent for sent in after), kinds


def test_a_card_is_left_alone_when_a_widget_is_cleared(cards: LiveKernel) -> None:
    loop = CURVES.format(n=6, more="time.sleep(0.2)")
    kinds = order(cards, f"out = ipywidgets.Output()\n{loop}\nwith out:\n    clear_output()\n", "widget")
    assert "clear_output" in kinds
    assert kinds.count("display_data*") == 1, kinds
