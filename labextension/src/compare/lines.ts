/** The lines of one metric as a chart draws them, and as one reads them at a step. */

import { spread } from '../live/labels';
import { chooseAxis, chooseScale, panelRows, shownSeries } from '../live/rows';
import type { ILook } from '../live/template';
import type { IChoices, IRow } from '../live/types';
import { type ICurve, picture } from '../run/curves';

/** Of lines whose runs are not selected. */
export const FAINT = 0.15;

export interface ILine {
  label: string;
  color: string;
  dash: number;
  /** Sorted, in the units of the axis. */
  x: readonly number[];
  /** NaN is a gap. */
  y: readonly number[];
}

export interface ILineChart {
  rows: (IRow & { dash: number })[];
  look: Omit<ILook, 'theme'>;
  /** ms of a unit of x; `null`: x is no time. */
  unit: number | null;
  lines: ILine[];
}

/** How a line looks, beside its colour. */
export interface ILineLook {
  /** Others are selected. */
  faint: boolean;
  dash: number;
}

/** From and to, in the units of the axis. */
export type Range = readonly [number, number];

/**
 * Make the chart of a metric.
 *
 * @param looks - Of each curve.
 * @param range - The part to draw; `null`: all.
 */
export function lineChart(
  metric: string,
  curves: readonly ICurve[],
  choices: IChoices,
  looks: readonly ILineLook[],
  range: Range | null
): ILineChart {
  const { frame, panel } = picture(metric, curves);
  const { title, unit } = chooseAxis(frame, panel, choices);
  const rows = panelRows(frame, panel, choices)
    .filter(({ x }) => !range || (x >= range[0] && x <= range[1]))
    .map(row => {
      // A smoothed line comes behind the raw ones.
      const { faint = false, dash = 0 } =
        looks[row.series % curves.length] ?? {};
      return faint
        ? { ...row, dash, opacity: row.opacity * FAINT, label: '' }
        : { ...row, dash };
    });
  const scale = chooseScale(panel, choices, rows);
  spread(rows, scale);
  const lines = shownSeries(frame, panel, choices).map(([i, one]) => ({
    label: curves[i]?.label ?? '',
    color: one.color,
    dash: looks[i]?.dash ?? 0,
    x: Array.from(unit === null ? one.x : one.time, x => x / (unit ?? 1)),
    y: Array.from(one.y)
  }));
  return { rows, look: { scale, x: title, whole: unit === null }, unit, lines };
}

/** All places where a line has a point, sorted. */
export function stops(lines: readonly ILine[], range: Range | null): number[] {
  const all = new Set(lines.flatMap(({ x }) => x));
  return [...all]
    .filter(x => !range || (x >= range[0] && x <= range[1]))
    .sort((a, b) => a - b);
}

/** The value of a line next to x; `null` where the line has a gap, or has not begun or is over. */
export function valueAt(
  { x, y }: ILine,
  at: number
): { x: number; y: number } | null {
  const [begin, last] = [x[0] ?? NaN, x.at(-1) ?? NaN];
  const gap = x.length > 1 ? (last - begin) / (x.length - 1) : 0;
  if (!(at >= begin - gap && at <= last + gap)) {
    return null;
  }
  const right = lowerBound(x, at);
  const left = right - 1;
  const i =
    right >= x.length || at - (x[left] ?? -Infinity) <= (x[right] ?? 0) - at
      ? left
      : right;
  const found = { x: x[i] ?? NaN, y: y[i] ?? NaN };
  return Number.isNaN(found.x) || Number.isNaN(found.y) ? null : found;
}

/** The first place whose value is not less. */
export function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
