/** The mean of the curves of several runs, and how far they are apart. */

import { smooth } from '../live/rows';
import type { ICurve } from '../run/curves';
import { finite } from '../run/curves';
import type { ISeries } from '../runs';
import { lowerBound } from './lines';
import { halfInterval } from './student';

/** Of a mean: about as many as a chart has pixels across. */
const MOST_POINTS = 300;

export interface IBandRow {
  x: number;
  low: number;
  high: number;
  series: number;
  color: string;
}

export interface IMean {
  curve: ICurve;
  /** Of as many points as the curve. */
  low: number[];
  high: number[];
}

/** A run's curve, and when the run began. */
export interface IMember {
  series: ISeries;
  started: number | null;
}

/** What a band is: the 95 % interval of the mean, or from the least to the largest value. */
export type Spread = 'interval' | 'range';

/**
 * Take the mean at each x over the runs that have come so far, and how far they are apart.
 *
 * @param byTime - Against the time since each run's start, not against the step.
 */
export function meanOf(
  metric: string,
  members: readonly IMember[],
  label: string,
  color: string,
  byTime: boolean,
  spread: Spread = 'interval'
): IMean {
  const lines = members.map(member => lineOf(member, byTime));
  const all = [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(all.length / MOST_POINTS));
  const grid = all.filter((_, i) => i % every === 0 || i === all.length - 1);
  const step: number[] = [];
  const value: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  for (const x of grid) {
    const there = lines
      .map(line => between(line, x))
      .filter(one => !Number.isNaN(one));
    if (there.length) {
      step.push(x);
      const mean = there.reduce((sum, one) => sum + one, 0) / there.length;
      const half = halfInterval(there, mean);
      const isRange = spread === 'range';
      value.push(mean);
      low.push(isRange ? Math.min(...there) : mean - half);
      high.push(isRange ? Math.max(...there) : mean + half);
    }
  }
  const series: ISeries = {
    run_id: '',
    key: metric,
    points: { step, value, timestamp: byTime ? step : step.map(() => 0) },
    total: step.length
  };
  return { curve: { series, label, color, started: 0 }, low, high };
}

/**
 * The rows of the bands.
 *
 * @param unit - ms of a unit of x; `null`: x is no time.
 * @param smoothing - As of the lines: a smoothed mean may lie outside of a band that is not.
 */
export function bandRows(
  means: readonly IMean[],
  unit: number | null,
  smoothing = 0
): IBandRow[] {
  return means.flatMap(({ curve, ...ends }, series) => {
    const [low, high] = [ends.low, ends.high].map(values =>
      smooth(Float64Array.from(values), smoothing)
    );
    return curve.series.points.step.map((x, i) => ({
      x: x / (unit ?? 1),
      low: low?.[i] ?? 0,
      high: high?.[i] ?? 0,
      series,
      color: curve.color
    }));
  });
}

interface IPoints {
  x: number[];
  y: number[];
}

function lineOf({ series, started }: IMember, byTime: boolean): IPoints {
  const { step, value, timestamp } = series.points;
  const first = timestamp.reduce((a, b) => Math.min(a, b), Infinity);
  const start = Math.min(started ?? first, first);
  // Who passes no step has 0 in all of them: what is left is the order.
  const ordered = step.every(one => one === 0);
  const points: IPoints = { x: [], y: [] };
  value.forEach((one, i) => {
    const y = finite(one);
    const x = byTime
      ? (timestamp[i] ?? 0) - start
      : ordered
        ? i
        : (step[i] ?? 0);
    if (!Number.isNaN(y)) {
      points.x.push(x);
      points.y.push(y);
    }
  });
  return points;
}

/** The value at x on the straight line between two points; NaN before the first and behind the last. */
function between({ x, y }: IPoints, at: number): number {
  const right = lowerBound(x, at);
  if (x[right] === at) {
    return y[right] ?? NaN;
  }
  const [x0, x1] = [x[right - 1], x[right]];
  const [y0, y1] = [y[right - 1], y[right]];
  if (
    x0 === undefined ||
    x1 === undefined ||
    y0 === undefined ||
    y1 === undefined
  ) {
    return NaN;
  }
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
