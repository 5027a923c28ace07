/** A metric's course as a small line without axes. */

import * as React from 'react';

import type { ISeries } from '../runs';
import { finite } from './curves';

export const WIDTH = 64;
export const HEIGHT = 18;
const EDGE = 1.5;

export function Sparkline(props: { series: ISeries }): React.JSX.Element {
  const { key, points } = props.series;
  return (
    <svg
      className="nbtrack-Run-sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Course of ${key}`}
    >
      <path d={sparkline(points.value.map(finite))} />
    </svg>
  );
}

/**
 * Return the path of a line over equal distances.
 *
 * @param values - NaN is a gap.
 */
export function sparkline(values: readonly number[]): string {
  const known = values.filter(value => !Number.isNaN(value));
  const least = known.reduce((a, b) => Math.min(a, b), Infinity);
  const most = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const across = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1);
  const room = HEIGHT - 2 * EDGE;
  const parts: string[] = [];
  let pen = false;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) {
      pen = false;
      return;
    }
    // Halves first: the difference of two large numbers may be no number.
    const part =
      most > least ? (value / 2 - least / 2) / (most / 2 - least / 2) : 0.5;
    const x = short(EDGE + i * across);
    const y = short(EDGE + (1 - part) * room);
    // `h0` makes a dot of a point that stands alone.
    parts.push(pen ? `L${x} ${y}` : `M${x} ${y}h0`);
    pen = true;
  });
  return parts.join('');
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
