/** Numbers and durations as people read them. */

import type { Num } from './types';

const EXACT = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Four digits are what a glance takes in; the store has them all. */
export function formatNumber(value: Num): string {
  if (typeof value !== 'number') {
    return value === 'NaN' ? 'NaN' : value.replace('Infinity', '∞');
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(3).replace('e+', 'e');
  }
  return EXACT.format(value);
}

export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** «12 s», «3 min 05 s», «2 h 07 min». */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${two(seconds % 60)} s`;
  }
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
