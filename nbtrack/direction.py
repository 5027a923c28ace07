"""Whether less of a metric is better, told by the words of its name."""

from __future__ import annotations

import functools
import re

_LOWER = re.compile(
    r"loss(?:es)?|(?:log|mlog)loss|err(?:or)?s?|[mc]error|r?mse|mae|s?mape|rmsle|msle|medae|wape|mase|deviance|residuals?"
    r"|crossentropy|xent|b?ce|nll|nloglik|perplexity|ppl|bp[cb]|[wct]er|ece|eer|brier|hinge|huber|divergence|kld?"
    r"|f?fid|lpips|regret|inertia|f[pn]r|violations?"
)
_HIGHER = re.compile(
    r"acc|accuracy|(?:au|pr|roc)?auc|aucpr|auroc|auprc|roc|f\d|fbeta|fscore|r2|precision|recall|sensitivity|specificity"
    r"|t[pn]r|m?ap|mrr|n?dcg|hits?|m?iou|dice|jaccard|kappa|mcc|bleu|chrf|rougel?|meteor|bertscore|psnr|ssim"
    r"|corr(?:elation)?|pearson|spearman|silhouette|elbo|loglik|likelihood|rewards?|returns?|success"
    r"|explainedvariance"
)
_WEAK = re.compile("scores?")  # says more where nothing else does: `brier_score` is an error
_LAST_ONLY = re.compile("l[12]")  # LightGBM's errors; but `l2_reg`
_NEGATED = frozenset({"neg", "negative", "minus"})
_OF_ANOTHER_KIND = frozenset(
    {
        "std",
        "stddev",
        "time",
        "seconds",
        "runtime",
        "scale",
        "weight",
        "coef",
        "ratio",
        "size",
        "threshold",
        "rank",
    }
)
_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
_LONGEST = 250  # MLflow's


@functools.lru_cache(maxsize=4096)  # a frame asks for each of its metrics
def lower_is_better(metric: str) -> bool | None:
    """Tell from a metric's name which way is better.

    Parameters
    ----------
    metric
        Name as it was logged: `val_loss`, `neg_mean_squared_error`, `ROC-AUC`, `valRmse`, `ndcg@10`.

    Returns
    -------
    bool or None
        None where the name does not say.
    """
    name = metric[:_LONGEST].partition("@")[0]
    words = [word.lower() for word in _WORD.findall(name)]
    if "at" in words:
        words = words[: words.index("at")]  # recall at a precision of 0.9
    if not words or _OF_ANOTHER_KIND.intersection(words):
        return None
    answer = _last_said(words)
    if answer is not None:
        # Scikit-learn turns errors round, so that more is better; in a negative likelihood it is the
        # likelihood.
        return answer != bool(_NEGATED.intersection(words))
    return False if any(map(_WEAK.fullmatch, words)) else None


def _last_said(words: list[str]) -> bool | None:
    """Ask the words from the last to the first: a `precision_loss` is a loss."""
    if _LAST_ONLY.fullmatch(words[-1]):
        return True
    for place in range(len(words) - 1, -1, -1):
        pair = "".join(words[max(place - 1, 0) : place + 1])  # log_loss, mIoU
        for form in (pair, words[place], words[place].rstrip("0123456789")):  # map50, hits10
            if _LOWER.fullmatch(form):
                return True
            if _HIGHER.fullmatch(form):
                return False
    return None
