/** Makes what the live card's panels draw out of the points that a store has kept. */

import type { IFrame, IPanel, ISeries as ILine } from '../live/types';
import type { ISeries, Num } from '../runs';
import { lowerIsBetter } from './direction';

/**
 * Told apart by colour-blind people too: those of `nbtrack/charts.py`, in their order.
 * tests/contract/palette.json holds both to the same.
 */
const PALETTE = [
  ...['#0072B2', '#D55E00', '#009E73', '#CC79A7'],
  ...['#E69F00', '#56B4E9', '#999999', '#F0E442']
];

/** More labels than colours would tell nothing apart. */
const LABELLED = PALETTE.length;

/** One line of a panel. */
export interface ICurve {
  series: ISeries;
  /** Written at its end. */
  label: string;
  color: string;
  /** When its run began; `null`: with its first point. */
  started: number | null;
}

/** A frame of one panel, and that panel. */
export interface IPicture {
  frame: IFrame;
  panel: IPanel;
}

/** The colour of the line with this number; the ninth has that of the first. */
export function colour(index: number): string {
  return PALETTE[index % PALETTE.length] ?? '#999999';
}

/**
 * Make one panel.
 *
 * @param metric - Its title; also says whether less is better.
 * @param curves - Its lines. Time counts from each run's own start.
 */
export function picture(metric: string, curves: readonly ICurve[]): IPicture {
  // Who passes no step has 0 in all of them: what is left is the order.
  const ordered = curves.every(({ series }) =>
    series.points.step.every(isZero)
  );
  const lines = curves.map((curve, i) =>
    line(curve, ordered, i < LABELLED ? curve.label : '')
  );
  const now = lines.reduce(
    (latest, { time }) => time.reduce((a, b) => Math.max(a, b), latest),
    0
  );
  const panel = {
    title: metric,
    x_title: ordered ? 'in order of arrival' : 'step',
    log: wantsLog(lines, lowerIsBetter(metric)),
    folded: false,
    series: lines.map((_, i) => i)
  };
  return { frame: { ...EMPTY, now, panels: [panel], series: lines }, panel };
}

function line(curve: ICurve, ordered: boolean, label: string): ILine {
  const { step, value, timestamp } = curve.series.points;
  const first = timestamp.reduce((a, b) => Math.min(a, b), Infinity);
  // Points may be older than their run: somebody logged them later.
  const start = Math.min(curve.started ?? first, first);
  return {
    metric: curve.series.key,
    label,
    color: curve.color,
    faint: false,
    x: Float64Array.from(step, (one, i) => (ordered ? i : one)),
    time: Float64Array.from(timestamp, one => one - start),
    y: Float64Array.from(value, finite)
  };
}

/** Where a linear axis would hide what counts: `wants_log` of `nbtrack/charts.py`. */
function wantsLog(lines: readonly ILine[], lower: boolean | null): boolean {
  let least = Infinity;
  let most = -Infinity;
  for (const { y } of lines) {
    for (const value of y) {
      if (!Number.isNaN(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
  }
  return (
    lower !== false &&
    least > 0 &&
    Math.log10(most) - Math.log10(least) >= (lower ? 2 : 4)
  );
}

/** A number that can be drawn; NaN is a gap. */
export function finite(value: Num): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : NaN;
}

function isZero(step: number): boolean {
  return step === 0;
}

const EMPTY: Omit<IFrame, 'panels' | 'series'> = {
  card: '',
  sequence: 0,
  status: 'FINISHED',
  started: 0,
  now: 0,
  detail: 'full',
  title: '',
  run: '',
  runs: 1,
  progress: null,
  values: [],
  more_metrics: 0,
  captured: '',
  behind: null,
  system: []
};
