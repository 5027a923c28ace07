"""What a card shows."""

from __future__ import annotations

import math

import pytest

from nbtrack.live.layout import MOST_LINES, MOST_POINTS, MOST_VALUES, lay_out
from tests.unit.live.cards import card, log


def test_train_and_validation_share_a_panel() -> None:
    one = card()
    log(one, "a", "train_loss", [3, 2, 1])
    log(one, "a", "val_loss", [4, 3, 2])
    log(one, "a", "lr", [0.1, 0.1])
    shown = lay_out(one)
    assert [placed.panel.title for placed in shown.panels] == ["loss", "lr"]
    assert [line.label for line in shown.panels[0].panel.lines] == ["train", "val"]
    assert len({line.color for line in shown.panels[0].panel.lines}) == 2


def test_single_values_have_no_panel() -> None:
    one = card()
    log(one, "a", "acc", [0.5])
    shown = lay_out(one)
    assert shown.panels == ()
    assert [(row.metric, row.last, row.best) for row in shown.values] == [("acc", 0.5, 0.5)]


def test_runs_with_one_value_each_are_the_x_axis() -> None:
    one = card()
    for number, c in enumerate((0.1, 1, 10)):
        log(one, f"r{number}", "acc", [number], pipeline__C=c, noise="x" * 100 + str(number), same=1)
    (placed,) = lay_out(one).panels
    (line,) = placed.panel.lines
    assert (placed.axis, placed.panel.x_title) == ("run", "run")
    assert list(line.points.x) == [1, 2, 3]
    assert [row.label for row in lay_out(one).values] == ["C=0.1", "C=1", "C=10"]


def test_runs_of_a_loop_are_lines_of_one_panel() -> None:
    one = card()
    for lr in (0.1, 0.2):
        log(one, f"r{lr}", "loss", [2, 1], lr=lr)
    (placed,) = lay_out(one).panels
    assert [line.label for line in placed.panel.lines] == ["lr=0.1", "lr=0.2"]


def test_a_search_names_its_candidates_by_params_and_itself_by_name() -> None:
    one = card()
    log(one, "search", "best_score", [1], best_C=1)
    log(one, "c1", "mean_test_score", [0.5], C=0.1)
    log(one, "c2", "mean_test_score", [0.7], C=1)
    shown = lay_out(one)
    assert [placed.panel.title for placed in shown.panels] == ["mean_test_score"]
    assert [row.label for row in shown.values] == ["search-name", "C=0.1", "C=1"]


def test_what_the_user_logs_comes_before_what_autologging_adds() -> None:
    one = card()
    for number in range(2):
        log(one, f"r{number}", "training_score", [number], C=number)
        log(one, f"r{number}", "acc", [number])
    assert [placed.panel.title for placed in lay_out(one).panels] == ["acc", "score"]


def test_the_execution_before_is_faint_in_the_same_colour_and_compared() -> None:
    before = card()
    log(before, "a", "loss", [5, 4])
    lay_out(before)
    now = card(before)
    log(now, "b", "loss", [5, 3])
    shown = lay_out(now)
    faint, line = shown.panels[0].panel.lines
    assert (faint.faint, line.faint, faint.color) == (True, False, line.color)
    assert [(row.last, row.previous, row.lower_is_better) for row in shown.values] == [(3, 4, True)]


def test_system_metrics_are_folded_and_not_in_the_table() -> None:
    one = card()
    log(one, "a", "system/cpu_utilization_percentage", [50, 60])
    log(one, "a", "loss", [2, 1])
    shown = lay_out(one)
    assert [placed.folded for placed in shown.panels] == [False, True]
    assert [row.metric for row in shown.values] == ["loss"]


def test_two_names_for_one_thing_are_told_apart() -> None:
    one = card()
    for metric in ("loss", "val_loss", "validation_loss"):
        log(one, "a", metric, [2, 1])
    labels = [line.label for line in lay_out(one).panels[0].panel.lines]
    assert labels == ["loss", "val_loss", "validation_loss"]


def test_of_a_search_its_scores_come_first_and_one_line_alone_needs_no_name() -> None:
    one = card()
    for number in range(3):
        for metric in ("mean_fit_time", "std_test_score", "mean_test_score"):
            log(one, f"r{number}", metric, [number], C=number)
    shown = [
        (placed.panel.title, [line.label for line in placed.panel.lines]) for placed in lay_out(one).panels
    ]
    assert shown == [("mean_test_score", [""]), ("mean_fit_time", [""]), ("std_test_score", [""])]


def test_a_card_is_bounded_whatever_is_logged() -> None:
    one = card()
    for number in range(60):
        log(one, f"r{number}", "loss", [math.sin(step * number) for step in range(500)], seed=number)
    for number in range(200):
        log(one, "r1", f"metric_{number}", [math.sin(step + number) for step in range(200)])
    shown = lay_out(one)
    lines = [line for placed in shown.panels for line in placed.panel.lines]
    assert len(lines) <= MOST_LINES
    assert sum(line.points.x.size for line in lines) <= MOST_POINTS
    assert len(shown.values) <= MOST_VALUES
    assert shown.more_metrics > 100
    assert one.runs_made == 60


@pytest.mark.parametrize("steps", [range(100, 0, -1), [0] * 50, [5, 5, 1, 9, 1]])
def test_steps_in_any_order(steps: list[int]) -> None:
    from mlflow.entities import Metric

    one = card()
    run = one.add_run("a", "1", "name")
    assert run is not None
    one.add_metrics(run, [Metric("m", float(at), at, step) for at, step in enumerate(steps)])
    (placed,) = lay_out(one).panels
    x = placed.panel.lines[0].points.x
    assert list(x) == sorted(x)
    assert placed.axis == ("order" if len(set(steps)) == 1 else "step")


def test_progress_is_read_off_params_and_steps_until_a_loop_says_more() -> None:
    from nbtrack.live.card import Progress

    one = card()
    log(one, "a", "loss", [3, 2, 1], epochs=10)
    lay_out(one)
    assert one.progress == Progress(3, 10, "epochs", inferred=True)
    one.progress = Progress(1, 2, "folds")
    log(one, "a", "loss", [3, 2, 1, 0])
    lay_out(one)
    assert one.progress == Progress(1, 2, "folds")
