/** Whether less of a metric is better, told by the words of its name: `nbtrack/direction.py`, for the page. */

// The same words as there; tests/contract/direction.json holds both to the same answers.
const LOWER = whole(
  'loss(?:es)?|(?:log|mlog)loss|err(?:or)?s?|[mc]error|r?mse|mae|s?mape|rmsle|msle|medae|wape|mase|deviance' +
    '|residuals?|crossentropy|xent|b?ce|nll|nloglik|perplexity|ppl|bp[cb]|[wct]er|ece|eer|brier|hinge|huber' +
    '|divergence|kld?|f?fid|lpips|regret|inertia|f[pn]r|violations?'
);
const HIGHER = whole(
  'acc|accuracy|(?:au|pr|roc)?auc|aucpr|auroc|auprc|roc|f\\d|fbeta|fscore|r2|precision|recall|sensitivity' +
    '|specificity|t[pn]r|m?ap|mrr|n?dcg|hits?|m?iou|dice|jaccard|kappa|mcc|bleu|chrf|rougel?|meteor|bertscore' +
    '|psnr|ssim|corr(?:elation)?|pearson|spearman|silhouette|elbo|loglik|likelihood|rewards?|returns?|success' +
    '|explainedvariance'
);
const WEAK = whole('scores?');
const LAST_ONLY = whole('l[12]');
const NEGATED = new Set(['neg', 'negative', 'minus']);
const OF_ANOTHER_KIND = new Set([
  ...['std', 'stddev', 'time', 'seconds', 'runtime', 'scale', 'weight'],
  ...['coef', 'ratio', 'size', 'threshold', 'rank']
]);
const WORD = /[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g;
const LONGEST = 250; // characters, MLflow's limit

/**
 * Tell from a metric's name which way is better.
 *
 * @returns `null` where the name does not say.
 */
export function lowerIsBetter(metric: string): boolean | null {
  const name = metric.slice(0, LONGEST).split('@', 1)[0] ?? '';
  let words = (name.match(WORD) ?? []).map(word => word.toLowerCase());
  const at = words.indexOf('at');
  if (at >= 0) {
    words = words.slice(0, at); // recall at a precision of 0.9
  }
  if (!words.length || words.some(word => OF_ANOTHER_KIND.has(word))) {
    return null;
  }
  const answer = lastSaid(words);
  if (answer !== null) {
    return answer !== words.some(word => NEGATED.has(word));
  }
  return words.some(word => WEAK.test(word)) ? false : null;
}

/** Ask the words from the last to the first: a `precision_loss` is a loss. */
function lastSaid(words: readonly string[]): boolean | null {
  if (LAST_ONLY.test(words.at(-1) ?? '')) {
    return true;
  }
  for (let place = words.length - 1; place >= 0; place--) {
    const word = words[place] ?? '';
    const pair = words.slice(Math.max(place - 1, 0), place + 1).join('');
    for (const form of [pair, word, word.replace(/\d+$/, '')]) {
      if (LOWER.test(form)) {
        return true;
      }
      if (HIGHER.test(form)) {
        return false;
      }
    }
  }
  return null;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
