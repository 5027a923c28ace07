/** Values as a store has them: texts that are numbers count as numbers. */

import { formatNumber } from '../live/format';
import type { Num, Value } from '../runs';

/** As Python and YAML write them. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
/** A number of JavaScript's tells no more digits apart than these. */
const DIGITS = 15;
/** The server ends what it cuts so: two that differ behind that are told apart by the digest. */
const CUT = /… \([\d,]+ characters, [0-9a-f]+\)$/;
const CUT_AT = 1000;

/** The number that a text stands for; `null`: for none. NaN is a number here. */
export function asNumber(value: Value | null): number | null {
  if (typeof value !== 'string') {
    return value;
  }
  const known = READ.get(value);
  if (known !== undefined) {
    return known;
  }
  const number = read(value.trim());
  if (value.length <= SHORT) {
    if (READ.size >= MOST_READ) {
      READ.clear();
    }
    READ.set(value, number);
  }
  return number;
}

/** Values repeat, and are looked at by many: what was read once is known. */
const READ = new Map<string, number | null>();
const MOST_READ = 20_000;
const SHORT = 40;

function read(text: string): number | null {
  const infinite = INFINITE.exec(text);
  if (infinite) {
    return infinite[1] === '-' ? -Infinity : Infinity;
  }
  return /^nan$/i.test(text) ? NaN : NUMBER.test(text) ? Number(text) : null;
}

/** The number, where it can be drawn. */
export function asFinite(value: Value | null): number | null {
  const number = asNumber(value);
  return number !== null && Number.isFinite(number) ? number : null;
}

/** The same for values that are the same: «1e-3» and «0.001» are. */
export function canonical(value: Value | null): Value | null {
  if (
    typeof value !== 'string' ||
    (value.length > DIGITS && value.replace(/\D/g, '').length > DIGITS)
  ) {
    return value;
  }
  const number = asNumber(value);
  return number === null ? value : String(number);
}

/** Numbers, then texts, then what is not there; NaN behind the other numbers. */
export function compareValues(one: Value | null, other: Value | null): number {
  if (one === null || other === null) {
    return Number(one === null) - Number(other === null);
  }
  const a = asNumber(one);
  const b = asNumber(other);
  if (a === null || b === null) {
    return a === null && b === null
      ? COLLATOR.compare(String(one), String(other))
      : Number(a === null) - Number(b === null);
  }
  return Number.isNaN(a) || Number.isNaN(b)
    ? Number(Number.isNaN(a)) - Number(Number.isNaN(b))
    : a === b
      ? 0
      : a < b
        ? -1
        : 1;
}

// Made once: `localeCompare` makes one for each pair.
const COLLATOR = new Intl.Collator('en', { numeric: true });

export function byName(one: string, other: string): number {
  return COLLATOR.compare(one, other);
}

/** The order of kinds in plots, which Python makes too: numbers first, then texts, letter by letter. */
export function byKind(one: Value, other: Value): number {
  const a = asNumber(one);
  const b = asNumber(other);
  return a === null && b === null
    ? one < other
      ? -1
      : Number(one > other)
    : compareValues(one, other);
}

/** A metric's value for a table; a text as it is. */
export function shownValue(value: Value, metric: boolean): string {
  return metric ? formatNumber(value as Num) : String(value);
}

/** Did the server send a part only? */
export function isCut(value: Value | null): boolean {
  return (
    typeof value === 'string' &&
    value.length > CUT_AT &&
    CUT.test(value.slice(-60))
  );
}
