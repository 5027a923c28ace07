/** What plots can be drawn of: params and metrics of the runs. */

import type { ICompared } from '../compared';
import type { Value } from '../runs';
import type { IDifference } from './difference';
import { mainMetric, metricsOf } from './chosen';
import { asFinite, asNumber, canonical } from './values';

export interface IField {
  /** With its kind: `params.lr`. */
  id: string;
  title: string;
  /** One for each run. */
  values: readonly (Value | null)[];
  /** All that is there are numbers. */
  numeric: boolean;
  /** A linear axis would hide what counts: all above 0, over decades. */
  log: boolean;
}

/** Axes that parallel coordinates have from the start: as many as in Python. */
const FIRST_AXES = 8;
/** Groups of a box plot, and values that are no numbers on an axis: more nobody can read. */
const MOST_KINDS = 20;
const DECADES = 3;
/** Vega can make an axis of what is between: beyond, values are drawn there, or at 0. */
const NEAREST = 1e-300;
const FURTHEST = 8e307;

/** Those that differ first: the others tell nothing in a plot. */
export function fieldsOf(
  rows: readonly IDifference[],
  compared: ICompared
): IField[] {
  const drawn = rows
    .filter(({ group }) => group === 'params' || group === 'metrics')
    .sort((one, other) => Number(other.differs) - Number(one.differs))
    .map(({ id, group, key, values }) => ({
      ...{ id, title: key, values },
      numeric: group === 'metrics' || isNumeric(values),
      log: wantsLog(values)
    }));
  const order = compared.runs.map((_, i) => i + 1);
  return [
    ...drawn,
    { id: 'order', title: 'order of the runs', values: order, ...PLAIN }
  ];
}

const PLAIN = { numeric: true, log: false };

export interface IFirstFields {
  x: string;
  y: string;
  color: string;
  axes: string[];
  by: string;
}

/** What is drawn as long as nobody has chosen. */
export function firstFields(
  rows: readonly IDifference[],
  compared: ICompared,
  metric: string | null
): IFirstFields {
  const main = metric ?? mainMetric(metricsOf(compared));
  const y = main === null ? 'order' : `metrics.${main}`;
  const params = rows
    .filter(row => row.group === 'params' && row.differs)
    .map(row => ({ ...row, ...countsOf(row.values) }))
    // What most runs have tells most.
    .sort((one, other) => one.lacking - other.lacking);
  const numeric = params.filter(row => isNumeric(row.values));
  const drawn = params.filter(
    row => row.kinds <= MOST_KINDS || numeric.includes(row)
  );
  const groups = params
    .filter(row => row.kinds <= Math.min(MOST_KINDS, row.values.length / 2))
    .sort((one, other) => one.lacking - other.lacking);
  const x = numeric[0]?.id ?? drawn[0]?.id ?? 'order';
  const second = [...numeric, ...drawn].find(row => row.id !== x);
  return {
    ...{ x, y, color: second?.id ?? '' },
    axes: firstAxes(rows, main),
    by: groups[0]?.id ?? params[0]?.id ?? ''
  };
}

/** Params that are not the same in all runs, what most have first; the metric last: `axes` of Python. */
export function firstAxes(
  rows: readonly IDifference[],
  metric: string | null
): string[] {
  const last = metric === null ? [] : [`metrics.${metric}`];
  const params = rows
    .filter(row => row.group === 'params' && row.differs)
    .filter(
      row =>
        isNumeric(row.values) ||
        new Set(row.values.filter(value => value !== null)).size <= MOST_KINDS
    )
    .map(({ id, key, values }) => ({ id, key, ...countsOf(values) }))
    .sort((a, b) => a.lacking - b.lacking || letters(a.key, b.key))
    .slice(0, FIRST_AXES - last.length);
  return [...params.map(({ id }) => id), ...last];
}

/** As Python sorts texts: by their letters' numbers. */
function letters(one: string, other: string): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  const at = a.findIndex((letter, i) => letter !== b[i]);
  return at < 0 || b[at] === undefined
    ? a.length - b.length
    : (a[at]?.codePointAt(0) ?? 0) - (b[at].codePointAt(0) ?? 0);
}

export function valueOf(field: IField, place: number): Value | null {
  const value = field.values[place] ?? null;
  if (!field.numeric) {
    return value;
  }
  const number = asFinite(value);
  return number === null
    ? null
    : Math.abs(number) < NEAREST
      ? 0
      : Math.max(-FURTHEST, Math.min(number, FURTHEST));
}

function isNumeric(values: readonly (Value | null)[]): boolean {
  const there = values.filter(value => value !== null);
  return (
    there.length > 0 &&
    there.every(value => asNumber(value) !== null) &&
    there.some(value => asFinite(value) !== null)
  );
}

function wantsLog(values: readonly (Value | null)[]): boolean {
  const finite = values.map(asFinite).filter(value => value !== null);
  const least = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const most = finite.reduce((a, b) => Math.max(a, b), 0);
  return (
    isNumeric(values) &&
    least > 0 &&
    Math.log10(most) - Math.log10(least) >= DECADES
  );
}

function countsOf(values: readonly (Value | null)[]): {
  /** Runs without a value. */
  lacking: number;
  /** Different values. */
  kinds: number;
} {
  return {
    lacking: values.filter(value => value === null).length,
    kinds: new Set(values.map(canonical)).size
  };
}
