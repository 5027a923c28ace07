/** What differs between runs: the rows of the comparison's table. */

import { formatNumber } from '../live/format';
import { lowerIsBetter } from '../run/direction';
import { isSystemTag } from '../run/tagkeys';
import type { IRunDetail, Num } from '../runs';

export type Group = 'metrics' | 'params' | 'tags';

export interface ICell {
  /** `null`: the run has none. */
  text: string | null;
  /** The exact value, where `text` is a rounded one. */
  exact: string | null;
  /** Against the first run: «+0.2», «±0»; only of numbers. */
  delta: string | null;
  /** No other run's is better. */
  best: boolean;
}

export interface IDifference {
  group: Group;
  key: string;
  /** One for each run. */
  cells: ICell[];
  /** Are there two runs of which this is not the same? */
  differs: boolean;
}

/**
 * Compare runs.
 *
 * @param runs - The first one is what the others are measured by; `null`: not known (yet).
 */
export function differences(
  runs: readonly (IRunDetail | null)[]
): IDifference[] {
  return [...metricRows(runs), ...textRows('params', runs), ...tagRows(runs)];
}

/** Group, key, and one column for each run, with all digits. */
export function asCsv(
  names: readonly string[],
  rows: readonly IDifference[]
): string {
  const lines = [
    ['', '', ...names],
    ...rows.map(({ group, key, cells }) => [
      group,
      key,
      ...cells.map(cell => cell.exact ?? cell.text ?? '')
    ])
  ];
  return lines.map(line => line.map(field).join(',')).join('\r\n') + '\r\n';
}

function field(text: string): string {
  // Spreadsheets execute what begins so; a number may.
  const risky = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text));
  const safe = risky ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function metricRows(runs: readonly (IRunDetail | null)[]): IDifference[] {
  const maps = runs.map(
    run => new Map(run?.metrics.map(one => [one.key, one.value]))
  );
  return keysOf(maps).map(key => {
    const values = maps.map(map => map.get(key) ?? null);
    const best = bestOf(values, lowerIsBetter(key));
    return {
      group: 'metrics',
      key,
      cells: values.map((value, i) => ({
        text: value === null ? null : formatNumber(value),
        exact: value === null ? null : String(value),
        delta: i === 0 ? null : delta(values[0] ?? null, value),
        best: best !== null && value === best
      })),
      differs: differ(runs, values)
    };
  });
}

function tagRows(runs: readonly (IRunDetail | null)[]): IDifference[] {
  return textRows('tags', runs).filter(row => !isSystemTag(row.key));
}

function textRows(
  group: 'params' | 'tags',
  runs: readonly (IRunDetail | null)[]
): IDifference[] {
  const maps = runs.map(
    run => new Map(run?.[group].map(one => [one.key, one.value]))
  );
  return keysOf(maps).map(key => {
    const values = maps.map(map => map.get(key) ?? null);
    return {
      group,
      key,
      cells: values.map(text => ({
        text,
        exact: null,
        delta: null,
        best: false
      })),
      differs: differ(runs, values)
    };
  });
}

function keysOf(maps: readonly Map<string, unknown>[]): string[] {
  return [...new Set(maps.flatMap(map => [...map.keys()]))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true })
  );
}

/** Runs that did not answer say nothing about what differs. */
function differ(runs: readonly unknown[], values: readonly unknown[]): boolean {
  return new Set(values.filter((_, i) => runs[i])).size > 1;
}

/** `null`: the name doesn't say which way is better, or all are as good. */
function bestOf(
  values: readonly (Num | null)[],
  lower: boolean | null
): number | null {
  const numbers = values.filter(value => typeof value === 'number');
  if (lower === null || new Set(numbers).size < 2) {
    return null;
  }
  return numbers.reduce((a, b) => (lower ? Math.min(a, b) : Math.max(a, b)));
}

function delta(base: Num | null, value: Num | null): string | null {
  if (typeof base !== 'number' || typeof value !== 'number') {
    return null;
  }
  const change = value - base;
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±';
  return sign + formatNumber(Math.abs(change));
}
