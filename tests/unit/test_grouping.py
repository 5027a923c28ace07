"""Which metrics share a panel."""

from __future__ import annotations

import pytest

from nbtrack.grouping import group, is_system


@pytest.mark.parametrize(
    ("metric", "title", "part"),
    [
        ("loss", "loss", ""),
        ("train_loss", "loss", "train"),
        ("val_loss", "loss", "val"),
        ("valid_loss", "loss", "val"),
        ("Loss/train", "Loss", "train"),
        ("loss_val", "loss", "val"),
        ("eval/loss", "loss", "eval"),
        ("test.accuracy", "accuracy", "test"),
        ("Validation loss", "loss", "val"),
        ("training_score", "score", "train"),
        ("training_roc_auc", "roc_auc", "train"),
        ("validation_0-logloss", "logloss", "val 0"),
        ("valid_1-binary_logloss", "binary_logloss", "val 1"),
        ("train-auc", "auc", "train"),
        ("test-auc-mean", "auc-mean", "test"),
        ("val_acc_epoch", "acc", "val epoch"),
        ("train_loss_step", "loss", "train step"),
        ("accuracy_score_X_test", "accuracy_score", "test"),
        ("fold_1/val_loss", "fold_1/loss", "val"),
        ("metrics/train/loss", "metrics/loss", "train"),
    ],
)
def test_a_part_of_the_data_is_told_from_what_is_measured(metric: str, title: str, part: str) -> None:
    assert group(metric) == (title, part)


@pytest.mark.parametrize(
    "metric",
    [
        *("std_dev", "min_val", "p_val", "val", "val_", "train", "_val", "/val/", "loss_step", "global_step"),
        *("latest", "retest_score", "validity", "training", "values", "epoch", "t_test", "", " ", ".", "/"),
        *("<script>alert(1)</script>", "__proto__", "a'b\"c", "$x[0]", "datum.x", "Ω", "x" * 100_000),
        *("system/train_loss", "system/cpu_utilization_percentage"),
    ],
)
def test_other_names_stay_as_they_are(metric: str) -> None:
    assert group(metric) == (metric, "")


def test_a_title_is_never_empty() -> None:
    for metric in ("train_step", "val/step", "test__", "val_ ", "train/_epoch", "a/val/"):
        assert group(metric)[0]


def test_system_metrics() -> None:
    assert is_system("system/gpu_0_memory_usage_megabytes")
    assert not is_system("systematic/x")
