/** Parallel coordinates: a line for each run, through an axis for each param and metric. */

import * as React from 'react';

import type { ITheme } from '../live/theme';
import type { Template } from '../live/types';
import { through } from './brushed';
import { encoded } from './encoded';
import { type IField, valueOf } from './fields';
import { endsOf } from './places';
import type { Brush } from './plot';
import { parallelPoints, withSelected } from './plotrows';
import { Plot } from './plotview';
import { channel } from './scatter';
import { useCompare, useNamedRuns } from './scene';
import { Templated } from './templated';

const HEIGHT = 260; // px
const NAME = 'parallel';

export function ParallelPlot(props: {
  axes: readonly IField[];
  color: IField;
}): React.JSX.Element {
  const { axes, color } = props;
  const { compared, names, state, model } = useCompare();
  const runs = useNamedRuns();
  const { selected, selectedBy } = state;
  const points = React.useMemo(
    () => parallelPoints(runs, axes, color),
    [runs, axes, color]
  );
  const data = React.useMemo(
    () => ({
      lines: withSelected(points, selected).map(point => ({ ...point })),
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
