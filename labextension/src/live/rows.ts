/** Makes the rows of one panel's chart out of a frame and what the user chose. */

import type { Scale } from './labels';
import type { IChoices, IFrame, IPanel, IRow, ISeries } from './types';

/** The line of the previous run, and the raw line behind a smoothed one. */
const FAINT = 0.3;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What x is: its name, and how it is counted. */
export interface IAxis {
  title: string;
  /** ms a unit; `null`: the steps of the series, not time. */
  unit: number | null;
}

/** Choose the x axis of a panel. Time is the same for all of a card, so that they can be compared. */
export function chooseAxis(
  frame: IFrame,
  panel: IPanel,
  choices: IChoices
): IAxis {
  if (choices.axis === 'step') {
    return { title: panel.x_title, unit: null };
  }
  const elapsed = frame.now - frame.started;
  if (elapsed < 3 * MINUTE) {
    return { title: 'seconds', unit: SECOND };
  }
  return elapsed < 3 * HOUR
    ? { title: 'minutes', unit: MINUTE }
    : { title: 'hours', unit: HOUR };
}

/** The series of a panel that the user has not hidden, with their place in the frame. */
export function shownSeries(
  frame: IFrame,
  panel: IPanel,
  choices: IChoices
): [number, ISeries][] {
  const shown: [number, ISeries][] = [];
  for (const index of panel.series) {
    const one = frame.series[index];
    if (one && !choices.hidden.has(one.metric)) {
      shown.push([index, one]);
    }
  }
  return shown;
}

/**
 * Return the rows of a panel.
 *
 * @param frame - The picture to draw.
 * @param panel - One of its panels.
 * @param choices - What the user chose.
 */
export function panelRows(
  frame: IFrame,
  panel: IPanel,
  choices: IChoices
): IRow[] {
  const axis = chooseAxis(frame, panel, choices);
  const rows: IRow[] = [];
  for (const [index, one] of shownSeries(frame, panel, choices)) {
    const x = axis.unit === null ? one.x : since(frame, one, axis.unit);
    const opacity = one.faint ? FAINT : 1;
    if (choices.smoothing <= 0 || one.y.length < 2) {
      push(rows, one, { x, y: one.y, series: index, opacity, named: true });
      continue;
    }
    // The previous run is faint already: its raw line would only be in the way.
    if (!one.faint) {
      push(rows, one, {
        x,
        y: one.y,
        series: index,
        opacity: FAINT,
        named: false
      });
    }
    push(rows, one, {
      x,
      y: smooth(one.y, choices.smoothing),
      series: index + frame.series.length,
      opacity,
      named: true
    });
  }
  return rows;
}

/**
 * Return an exponential moving average, corrected for its start as Adam's is.
 *
 * @param values - NaN is a gap, which stays one and does not spoil what follows.
 * @param weight - Of what came before; in [0, 1).
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let mean = 0;
  let share = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) {
      smoothed[i] = NaN;
      return;
    }
    mean = weight * mean + (1 - weight) * value;
    share = weight * share + (1 - weight);
    smoothed[i] = mean / share;
  });
  return smoothed;
}

/** Choose the scale of y. A logarithm needs positive values: `symlog` draws the others as well. */
export function chooseScale(
  panel: IPanel,
  choices: IChoices,
  rows: readonly IRow[]
): Scale {
  const log = choices.scale === 'auto' ? panel.log : choices.scale === 'log';
  const drawn = rows.filter(row => row.y !== null);
  if (!log || !drawn.length) {
    return 'linear';
  }
  return drawn.every(row => (row.y ?? 0) > 0) ? 'log' : 'symlog';
}

interface ILine {
  x: Float64Array;
  y: Float64Array;
  series: number;
  opacity: number;
  named: boolean;
}

function push(rows: IRow[], look: ISeries, line: ILine): void {
  const last = line.named ? lastFinite(line.y) : -1;
  line.y.forEach((y, i) => {
    const x = line.x[i];
    if (x !== undefined && Number.isFinite(x)) {
      rows.push({
        x,
        y: Number.isFinite(y) ? y : null,
        label: look.label,
        color: look.color,
        opacity: line.opacity,
        last: i === last,
        series: line.series
      });
    }
  });
}

function lastFinite(values: Float64Array): number {
  let i = values.length - 1;
  while (i >= 0 && !Number.isFinite(values[i])) {
    i--;
  }
  return i;
}

function since(frame: IFrame, one: ISeries, unit: number): Float64Array {
  // A previous run began before this one: both start at 0, to lie on each other.
  const start = one.faint ? (one.time[0] ?? 0) : frame.started;
  return one.time.map(time => (time - start) / unit);
}
