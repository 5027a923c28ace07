/** Looks at values of unknown make. What does not fit becomes `null` or is left out; nothing throws. */

import type { Num } from './types';

export type Bag = Record<string, unknown>;

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A finite number, or the default. */
export function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : otherwise;
}

/** A count: whole and not negative. */
export function count(value: unknown): number {
  return Math.max(0, Math.floor(number(value, 0)));
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number as JSON can say it, or `null`. */
export function num(value: unknown): Num | null {
  if (typeof value === 'number' && Number.isFinite(value)) {
    return value;
  }
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity'
    ? value
    : null;
}

/** The members of a list that can be read, at most so many. */
export function list<T>(
  value: unknown,
  most: number,
  read: (member: Bag) => T | null
): T[] {
  if (!Array.isArray(value)) {
    return [];
  }
  const members: T[] = [];
  for (const member of value.slice(0, most) as unknown[]) {
    const one = isBag(member) ? read(member) : null;
    if (one !== null) {
      members.push(one);
    }
  }
  return members;
}

/** One of these words, or the default. */
export function word<T extends string>(
  value: unknown,
  words: readonly T[],
  otherwise: T
): T {
  return words.find(one => one === value) ?? otherwise;
}
