/** A rule over a chart of curves: reads all lines at a step, by mouse and by keyboard; draws a part larger. */

import * as React from 'react';

import { formatNumber } from '../live/format';
import { Swatch } from './dashes';
import { type ILine, lowerBound, type Range, stops, valueAt } from './lines';
import type { IPlot } from './plot';

/** Steps that Page Down goes. */
const PAGE = 10;
/** A drag of fewer pixels was a click. */
const DRAG = 6;

export function Rule(props: {
  plot: IPlot | null;
  /** Grows with each picture: places in it may be others. */
  drawn: number;
  metric: string;
  /** What x is. */
  axis: string;
  lines: readonly ILine[];
  range: Range | null;
  onRange: (range: Range | null) => void;
  at: number | null;
  onAt: (x: number | null) => void;
}): React.JSX.Element {
  const { plot, metric, axis, lines, range, onRange, at, onAt } = props;
  const [reading, setReading] = React.useState(false);
  const [from, setFrom] = React.useState<number | null>(null);
  const all = React.useMemo(() => stops(lines, range), [lines, range]);
  const nearest = (x: number): number => {
    const i = lowerBound(all, x);
    const [left, right] = [all[i - 1], all[i]];
    return right === undefined || (left !== undefined && x - left < right - x)
      ? (left ?? 0)
      : right;
  };
  const pointed = (event: React.PointerEvent): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return plot?.at(event.clientX - box.left) ?? null;
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const i = at === null ? all.length : lowerBound(all, at);
    const moves: Record<string, number | undefined> = {
      ...{ ArrowRight: i + 1, ArrowLeft: i - 1 },
      ...{ ArrowUp: i + 1, ArrowDown: i - 1 },
      ...{ PageUp: i + PAGE, PageDown: i - PAGE },
      ...{ Home: 0, End: all.length - 1 }
    };
    const to = moves[event.key];
    if (to !== undefined) {
      onAt(all[Math.min(all.length - 1, Math.max(0, to))] ?? null);
      setReading(true);
    } else if (event.key === '+' && at !== null) {
      // Half of what is there, around the rule.
      const width = ((all.at(-1) ?? 0) - (all[0] ?? 0)) / 4;
      onRange([at - width, at + width]);
    } else if (event.key === '-' && range) {
      onRange(null);
    } else if (event.key === 'Escape' && (at !== null || range)) {
      onAt(null);
      onRange(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const place = at === null ? null : (plot?.placeOf(at) ?? null);
  const start = from === null ? null : (plot?.placeOf(from) ?? null);
  const middle = ((all[0] ?? 0) + (all.at(-1) ?? 0)) / 2;
  const values = at === null ? [] : lines.map(line => valueAt(line, at));
  const said =
    at === null
      ? 'no step chosen'
      : `${axis} ${formatNumber(at)}: ${lines
          .map(({ label }, i) => `${label || metric} ${shown(values[i])}`)
          .join(', ')}`;
  return (
    <div
      className="nbtrack-Compare-over"
      role="slider"
      tabIndex={0}
      aria-label={`Values of ${metric} at a step. Arrow keys move, plus and minus zoom`}
      aria-valuemin={all[0] ?? 0}
      aria-valuemax={all.at(-1) ?? 0}
      aria-valuenow={at ?? all.at(-1) ?? 0}
      aria-valuetext={said}
      onKeyDown={onKeyDown}
      onFocus={() => {
        setReading(true);
      }}
      onBlur={() => {
        setReading(false);
      }}
      onPointerDown={event => {
        setFrom(pointed(event));
      }}
      onPointerMove={event => {
        const x = pointed(event);
        setReading(true);
        onAt(x === null ? null : nearest(x));
      }}
      onPointerUp={() => {
        if (
          place !== null &&
          start !== null &&
          at !== null &&
          from !== null &&
          Math.abs(place - start) > DRAG
        ) {
          onRange([Math.min(from, at), Math.max(from, at)]);
        }
        setFrom(null);
      }}
      onPointerLeave={() => {
        setReading(false);
        setFrom(null);
        onAt(null);
      }}
      onDoubleClick={() => {
        onRange(null);
      }}
    >
      {place !== null && start !== null && (
        <div
          className="nbtrack-Compare-drag"
          style={{
            left: Math.min(place, start),
            width: Math.abs(place - start)
          }}
        />
      )}
      {place !== null && (
        <div className="nbtrack-Compare-rule" style={{ left: place }} />
      )}
      {place !== null && at !== null && reading && (
        <table
          className="nbtrack-Compare-reading"
          data-side={at > middle ? 'left' : 'right'}
          style={{ left: place }}
          aria-hidden="true"
        >
          <thead>
            <tr>
              <td />
              <th colSpan={2}>
                {axis} {formatNumber(at)}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ label, color, dash }, i) => (
              <tr key={i}>
                <td>
                  <Swatch color={color} dash={dash} />
                </td>
                <td>{label}</td>
                <td className="nbtrack-Live-number">{shown(values[i])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function shown(value: { y: number } | null | undefined): string {
  return value ? formatNumber(value.y) : 'none';
}
