/** Moves the labels at the ends of the lines apart. */

import type { IRow } from './types';

export type Scale = 'linear' | 'log' | 'symlog';

/** Of the height of a chart's plot: what a line of text needs. */
const GAP = 0.15;

/** How each scale counts, and back. */
const TO: Record<Scale, (value: number) => number> = {
  linear: value => value,
  log: Math.log10,
  symlog: value => Math.sign(value) * Math.log1p(Math.abs(value))
};
const FROM: Record<Scale, (value: number) => number> = {
  linear: value => value,
  log: value => 10 ** value,
  symlog: value => Math.sign(value) * Math.expm1(Math.abs(value))
};

/**
 * Set `at` of the rows with a label: the y where it is written.
 *
 * @param rows - All rows of a chart; changed in place.
 * @param scale - Of y.
 */
export function spread(rows: readonly IRow[], scale: Scale): void {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of rows) {
    if (y !== null) {
      low = Math.min(low, TO[scale](y));
      high = Math.max(high, TO[scale](y));
    }
  }
  if (scale === 'log') {
    // A logarithmic axis ends at whole decades.
    low = Math.floor(low);
    high = Math.ceil(high);
  }
  const labels = rows.filter(row => row.last && row.label !== '');
  const room = high - low;
  if (labels.length < 2 || !(room > 0)) {
    return;
  }
  const gap = room * Math.min(GAP, 1 / (labels.length - 1));
  labels.sort((one, other) => (one.y ?? 0) - (other.y ?? 0));
  const places = labels.map(row => TO[scale](row.y ?? 0));
  // Up from below, then down again from the top, where it was too much.
  let floor = -Infinity;
  const up = places.map(place => (floor = Math.max(place, floor + gap)));
  let ceiling = Math.max(high, low + gap * (labels.length - 1)) + gap;
  for (let i = up.length - 1; i >= 0; i--) {
    ceiling = Math.min(up[i] ?? 0, ceiling - gap);
    const row = labels[i];
    if (row) {
      row.at = FROM[scale](ceiling);
    }
  }
}
