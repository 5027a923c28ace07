/** What differs between runs: the rows of the comparison's table. */

import type { Columns, ICompared } from '../compared';
import { formatNumber } from '../live/format';
import { lowerIsBetter } from '../run/direction';
import type { Value } from '../runs';
import { asFinite, byName, canonical } from './values';

export const GROUPS = ['metrics', 'params', 'tags', 'datasets'] as const;
export type Group = (typeof GROUPS)[number];

export const TITLES: Readonly<Record<Group, string>> = {
  metrics: 'Metrics',
  params: 'Params',
  tags: 'Tags',
  datasets: 'Data'
};

export interface IDifference {
  /** Tells the row from others: group and key. */
  id: string;
  group: Group;
  key: string;
  /** One for each run. */
  values: readonly (Value | null)[];
  /** Are there two runs of which this is not the same? */
  differs: boolean;
  /** Of a metric whose direction is known, if not all are as good. */
  best: number | null;
}

/** Everything that one of the runs has. */
export function differences(compared: ICompared): IDifference[] {
  return GROUPS.flatMap(group => rows(group, compared[group]));
}

/** Against the baseline: «+0.2», «±0»; only of numbers. */
export function delta(base: Value | null, value: Value | null): string | null {
  if (typeof base !== 'number' || typeof value !== 'number') {
    return null;
  }
  const change = value - base;
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±';
  return sign + formatNumber(Math.abs(change));
}

function rows(group: Group, columns: Columns<Value>): IDifference[] {
  return Object.entries(columns)
    .sort(([one], [other]) => byName(one, other))
    .map(([key, values]) => ({
      id: `${group}.${key}`,
      group,
      key,
      values,
      differs: new Set(values.map(canonical)).size > 1,
      best: group === 'metrics' ? bestOf(values, lowerIsBetter(key)) : null
    }));
}

/** `null`: the name doesn't say which way is better, or all are as good. */
function bestOf(
  values: readonly (Value | null)[],
  lower: boolean | null
): number | null {
  const numbers = values
    .filter(value => typeof value === 'number')
    .filter(value => asFinite(value) !== null);
  if (lower === null || new Set(numbers).size < 2) {
    return null;
  }
  return numbers.reduce((a, b) => (lower ? Math.min(a, b) : Math.max(a, b)));
}
