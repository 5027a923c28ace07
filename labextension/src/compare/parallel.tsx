/** Parallel coordinates: a line for each run, through an axis for each param and metric. */

import * as React from 'react';

import { formatNumber } from '../live/format';
import type { ITheme } from '../live/theme';
import type { Template } from '../live/types';
import type { Value } from '../runs';
import { through } from './brushed';
import { encoded } from './encoded';
import { type IField, valueOf } from './fields';
import type { Brush } from './plot';
import { Plot } from './plotview';
import { channel } from './scatter';
import { useCompare } from './scene';
import { Templated } from './templated';
import { byKind } from './values';

const HEIGHT = 260; // px
const NAME = 'parallel';
/** Letters of a value at the end of an axis. */
const LETTERS = 14;

export function ParallelPlot(props: {
  axes: readonly IField[];
  color: IField;
}): React.JSX.Element {
  const { axes, color } = props;
  const { compared, names, state, model } = useCompare();
  const { selected, selectedBy } = state;
  const labels = JSON.stringify(names);
  const points = React.useMemo(() => {
    const named = JSON.parse(labels) as string[];
    const placed = axes.map(placesOn);
    return compared.runs.flatMap(({ run_id }, i) =>
      axes.map((field, axis) => ({
        ...{ run: named[i] ?? '', run_id, axis, axis_title: field.title },
        position: placed[axis]?.[i] ?? null,
        text: textOf(valueOf(field, i)),
        color: valueOf(color, i)
      }))
    );
  }, [compared.runs, labels, axes, color]);
  const data = React.useMemo(
    () => ({
      lines: points.map(point => ({
        ...point,
        selected: selected.size === 0 || selected.has(point.run_id)
      })),
      axes: axes.map((field, axis) => ({
        ...{ axis, axis_title: field.title },
        ...endsOf(field)
      }))
    }),
    [points, axes, selected]
  );
  const channels = React.useMemo(
    // Its axis is the legend.
    () => ({ color: { ...channel(color), legend: null } }),
    [color]
  );
  const spec = React.useCallback(
    (template: Template, theme: ITheme) =>
      encoded(template, channels, theme, HEIGHT),
    [channels]
  );
  const onBrush = (brush: Brush | null) => {
    model.select(brush ? through(brush, points) : [], NAME);
  };
  const titles = axes.map(field => field.title);
  return (
    <Templated kind="parallel">
      {template => (
        <Plot
          wide
          title="Parallel coordinates"
          label={`Parallel coordinates of ${compared.runs.length} runs: ${titles.join(', ')}`}
          template={template}
          spec={spec}
          data={data}
          height={HEIGHT}
          onBrush={onBrush}
          brushed={selectedBy === NAME}
          table={() => ({
            heads: ['Run', ...titles],
            rows: names.map((name, i) => [
              name,
              ...axes.map(field => valueOf(field, i))
            ])
          })}
        />
      )}
    </Templated>
  );
}

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

function endsOf(field: IField): { low: string; high: string } {
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

function textOf(value: Value | null): string {
  if (value === null) {
    return '';
  }
  const text = typeof value === 'number' ? formatNumber(value) : value;
  return text.length > LETTERS ? `${text.slice(0, LETTERS)}…` : text;
}
