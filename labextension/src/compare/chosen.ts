/** Which metrics of a comparison are drawn, and which runs. */

import type { ICompared } from '../compared';
import { lowerIsBetter } from '../run/direction';
import { colour } from '../run/curves';
import type { IRunDetail } from '../runs';
import { dashOf } from './dashes';
import type { IComparison } from './model';
import { byName } from './values';

/** Metrics that are drawn from the start. */
export const FIRST = 6;
/** Metrics that can be drawn. */
export const MOST_DRAWN = 24;
/** Lines in a chart: more nobody tells apart. */
export const MOST_LINES = 20;

/** All metrics of these runs, those that most runs have first. */
export function metricsOf({ metrics }: ICompared): string[] {
  const runsWith = new Map(
    Object.entries(metrics).map(([key, values]) => [
      key,
      values.filter(value => value !== null).length
    ])
  );
  return [...runsWith.keys()].sort(
    (a, b) =>
      Number(isSystem(a)) - Number(isSystem(b)) ||
      (runsWith.get(b) ?? 0) - (runsWith.get(a) ?? 0) ||
      byName(a, b)
  );
}

/** The metric that is looked at as long as nobody has chosen one. */
export function mainMetric(metrics: readonly string[]): string | null {
  const plain = metrics.filter(key => !isSystem(key));
  const directed = plain.filter(key => lowerIsBetter(key) !== null);
  return (
    directed.find(key => /^(val|valid|test|eval)/i.test(key)) ??
    directed[0] ??
    plain[0] ??
    metrics[0] ??
    null
  );
}

/**
 * Choose what is drawn as long as nobody has chosen: what has a course, and says most.
 *
 * @param metrics - As `metricsOf` orders them.
 * @param sample - One of the runs: it knows which metrics have a course.
 */
export function firstChoice(
  metrics: readonly string[],
  sample: IRunDetail | null
): string[] {
  const known = new Set(sample?.metrics.map(one => one.key));
  const courses = new Set(
    sample?.metrics.filter(one => one.count !== 1).map(one => one.key)
  );
  const telling = sample?.metric?.key ?? mainMetric(metrics);
  const drawn = metrics.filter(key => !isSystem(key));
  const certain = drawn.filter(key => courses.has(key));
  return (certain.length ? certain : drawn.filter(key => !known.has(key)))
    .sort((a, b) => Number(b === telling) - Number(a === telling))
    .slice(0, FIRST);
}

/** A run whose curves are drawn. */
export interface IDrawn {
  runId: string;
  /** Its place among the runs that answered. */
  place: number;
  color: string;
  /** Beyond eight lines colours come again. */
  dash: number;
  /** Others are selected. */
  faint: boolean;
}

/** All, if there are few enough; else those selected, or the first ones. */
export function drawnRuns(
  { compared, selected }: Pick<IComparison, 'compared' | 'selected'>,
  most = MOST_LINES
): IDrawn[] {
  const all = (compared?.runs ?? []).map(({ run_id: runId }, place) => ({
    runId,
    place
  }));
  const some = selected.size > 0;
  const fits = all.length <= most;
  const drawn =
    fits || !some ? all : all.filter(({ runId }) => selected.has(runId));
  return drawn.slice(0, most).map(({ runId, place }, i) => ({
    ...{ runId, place },
    ...{ color: colour(i), dash: dashOf(i) },
    faint: fits && some && !selected.has(runId)
  }));
}

function isSystem(metric: string): boolean {
  return metric.startsWith('system/');
}
