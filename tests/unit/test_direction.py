"""What a metric's name says of its direction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nbtrack.direction import lower_is_better

LOWER = """
    loss val_loss train_loss_step valRmse MSELoss mean_squared_error error_rate merror log_loss
    validation_0-mlogloss valid_0-l2 training-l1 cross_entropy sparse_categorical_crossentropy perplexity
    brier_score fpr WER precision_loss negative_log_likelihood mean_absolute_percentage_error val/MAE
"""
HIGHER = """
    accuracy val_acc top_5_accuracy ROC-AUC aucpr r2 r2_score R2Score f1 f1_score F1 precision recall_at_fpr
    neg_mean_squared_error neg_log_loss neg_root_mean_squared_error training_score best_cv_score map mAP@50
    map50 mIoU nDCG ndcg@10 hits10 bleu4 rougeL error_accuracy episode_reward log_likelihood spearman
"""
UNKNOWN = """
    sparse learning_rate lr epoch step grad_norm entropy l2_reg loss_scale std_test_score mean_fit_time
    map_size time_per_step throughput arc2 flossy system/cpu_utilization_percentage <script> 1 _ Ω
"""


@pytest.mark.parametrize("metric", LOWER.split())
def test_less_is_better(metric: str) -> None:
    assert lower_is_better(metric) is True


@pytest.mark.parametrize("metric", HIGHER.split())
def test_more_is_better(metric: str) -> None:
    assert lower_is_better(metric) is False


@pytest.mark.parametrize("metric", [*UNKNOWN.split(), "", "@", "loss" * 100_000])
def test_the_name_does_not_say(metric: str) -> None:
    assert lower_is_better(metric) is None


def test_the_page_is_told_the_same() -> None:
    """The sidebar has a copy of these rules, which its own tests hold to this file."""
    told = json.loads((Path(__file__).parents[1] / "contract" / "direction.json").read_text(encoding="utf-8"))
    meant = {"lower": True, "higher": False, **dict.fromkeys(told.keys() - {"lower", "higher"})}
    assert {name: lower_is_better(name) for names in told.values() for name in names} == {
        name: meant[kind] for kind, names in told.items() for name in names
    }
