/** Tells lines apart that have the same colour: there are eight, and up to twenty lines. */

import * as React from 'react';

import { isBag } from '../live/check';
import type { Template } from '../live/types';

/** Colours of `run/curves.ts`, after which they come again. */
export const COLOURS = 8;

/** Whole, dashed, dotted: as Vega and SVG have them. */
const DASHES: readonly (readonly [number, number])[] = [
  [1, 0],
  [6, 4],
  [1.5, 4]
];

/** Which of the dashes a line with this number has. */
export function dashOf(index: number): number {
  return Math.floor(index / COLOURS) % DASHES.length;
}

/** The definition of a chart of lines, dashed by the field `dash` of its rows. */
export function dashed(template: Template): Template {
  const { layer } = template;
  return Array.isArray(layer)
    ? {
        ...template,
        layer: layer.map((part: unknown) => {
          const mark = isBag(part) ? part['mark'] : null;
          return isBag(part) && isBag(mark) && mark['type'] === 'line'
            ? { ...part, encoding: { ...bag(part['encoding']), strokeDash } }
            : part;
        })
      }
    : template;
}

const strokeDash = {
  field: 'dash',
  type: 'nominal',
  scale: { domain: DASHES.map((_, i) => i), range: DASHES },
  legend: null
};

function bag(value: unknown): Template {
  return isBag(value) ? value : {};
}

/** A piece of a line, as in a legend. */
export function Swatch(props: {
  color: string;
  dash: number;
}): React.JSX.Element {
  return (
    <svg
      className="nbtrack-Compare-swatch"
      viewBox="0 0 20 10"
      aria-hidden="true"
      focusable="false"
    >
      <line
        x1="1"
        x2="19"
        y1="5"
        y2="5"
        stroke={props.color}
        strokeWidth="3"
        strokeDasharray={props.dash ? DASHES[props.dash]?.join(' ') : undefined}
      />
    </svg>
  );
}
