/** Where values are on the axes of parallel coordinates. */

import { formatNumber } from '../live/format';
import type { Value } from '../runs';
import { type IField, valueOf } from './fields';
import { byKind } from './values';

/** Letters of a value at the end of an axis. */
const LETTERS = 14;

/** Where each run's value stands on the axis: 0 is its lower end, 1 the upper. */
export function placesOn(field: IField): (number | null)[] {
  const values = field.values.map((_, i) => valueOf(field, i));
  const kinds = sortedKinds(values);
  const low = kinds[0];
  const high = kinds.at(-1);
  return values.map(value => {
    if (value === null) {
      return null;
    }
    if (kinds.length < 2) {
      return 0.5;
    }
    if (
      typeof value !== 'number' ||
      typeof low !== 'number' ||
      typeof high !== 'number'
    ) {
      return kinds.indexOf(value) / (kinds.length - 1);
    }
    // In halves, since the range of all numbers is none.
    const [at, from, to] = [value, low, high].map(
      one => (field.log ? Math.log10(one) : one) / 2
    ) as [number, number, number];
    return (at - from) / (to - from);
  });
}

/** What is written at both ends of an axis. */
export function endsOf(field: IField): { low: string; high: string } {
  const kinds = sortedKinds(field.values.map((_, i) => valueOf(field, i)));
  return {
    low: textOf(kinds[0] ?? null),
    high: textOf(kinds.at(-1) ?? null)
  };
}

function sortedKinds(values: readonly (Value | null)[]): Value[] {
  const kinds = new Set(values.filter(value => value !== null));
  return [...kinds].sort(byKind);
}

/** A value as it is written there. */
export function textOf(value: Value | null): string {
  if (value === null) {
    return '';
  }
  const text = typeof value === 'number' ? formatNumber(value) : value;
  return text.length > LETTERS ? `${text.slice(0, LETTERS)}…` : text;
}
