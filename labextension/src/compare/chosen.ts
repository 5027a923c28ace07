/** Which metrics of a comparison are drawn. */

import type { IRunDetail } from '../runs';

/** So many are drawn from the start. */
export const FIRST = 6;
/** So many can be drawn. */
export const MOST_DRAWN = 24;

/** All metrics of these runs, those that most runs have first. */
export function metricsOf(runs: readonly IRunDetail[]): string[] {
  const runsWith = new Map<string, number>();
  for (const { metrics } of runs) {
    for (const { key } of metrics) {
      runsWith.set(key, (runsWith.get(key) ?? 0) + 1);
    }
  }
  return [...runsWith.keys()].sort(
    (a, b) =>
      Number(isSystem(a)) - Number(isSystem(b)) ||
      (runsWith.get(b) ?? 0) - (runsWith.get(a) ?? 0) ||
      a.localeCompare(b, 'en', { numeric: true })
  );
}

/**
 * Choose what is drawn as long as nobody has chosen: what has a course, and says most.
 *
 * @param metrics - As `metricsOf` orders them.
 */
export function firstChoice(
  runs: readonly IRunDetail[],
  metrics: readonly string[]
): string[] {
  const telling = new Set(runs.flatMap(({ metric }) => metric?.key ?? []));
  const courses = new Set(
    runs.flatMap(run =>
      run.metrics.filter(one => one.count !== 1).map(one => one.key)
    )
  );
  return metrics
    .filter(key => !isSystem(key) && courses.has(key))
    .sort((a, b) => Number(telling.has(b)) - Number(telling.has(a)))
    .slice(0, FIRST);
}

function isSystem(metric: string): boolean {
  return metric.startsWith('system/');
}
