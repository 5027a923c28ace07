/** Two params or metrics of the runs against each other, coloured by a third. */

import * as React from 'react';

import type { ITheme } from '../live/theme';
import type { Template } from '../live/types';
import { colour } from '../run/curves';
import { covers } from './brushed';
import { encoded, type IChannel } from './encoded';
import type { IField } from './fields';
import type { Brush } from './plot';
import { scatterDots, withSelected } from './plotrows';
import { Plot } from './plotview';
import { useCompare, useNamedRuns } from './scene';
import { Templated } from './templated';

const HEIGHT = 260; // px
/** More kinds have no room in a legend. */
const MOST_KINDS = 12;
const NAME = 'scatter';

export function ScatterPlot(props: {
  x: IField;
  y: IField;
  color: IField | null;
}): React.JSX.Element {
  const { x, y, color } = props;
  const { compared, state, model } = useCompare();
  const runs = useNamedRuns();
  const { selected, selectedBy } = state;
  const points = React.useMemo(
    () => scatterDots(runs, x, y, color),
    [runs, x, y, color]
  );
  const data = React.useMemo(
    () => ({ rows: withSelected(points, selected).map(dot => ({ ...dot })) }),
    [points, selected]
  );
  const channels = React.useMemo((): Record<string, IChannel> => {
    const kinds = new Set(points.map(point => point.color)).size;
    return {
      x: channel(x),
      y: channel(y),
      color: color
        ? {
            ...channel(color),
            ...(!color.numeric && kinds > MOST_KINDS && { legend: null })
          }
        : { value: colour(0) }
    };
  }, [points, x, y, color]);
  const spec = React.useCallback(
    (template: Template, theme: ITheme) =>
      encoded(template, channels, theme, HEIGHT),
    [channels]
  );
  const onBrush = (brush: Brush | null) => {
    const inside = brush
      ? points.filter(point => covers(brush, { ...point }))
      : [];
    model.select(
      inside.map(point => point.run_id),
      NAME
    );
  };
  const left = compared.runs.length - points.length;
  return (
    <Templated kind="scatter">
      {template => (
        <Plot
          title={`${y.title} against ${x.title}`}
          label={`Scatter plot of ${points.length} runs: ${y.title} against ${x.title}${color ? `, coloured by ${color.title}` : ''}`}
          template={template}
          spec={spec}
          data={data}
          height={HEIGHT}
          onBrush={onBrush}
          brushed={selectedBy === NAME}
          note={
            left > 1
              ? `${left} runs lack one of the two.`
              : left
                ? 'One run lacks one of the two.'
                : ''
          }
          table={() => ({
            heads: ['Run', x.title, y.title, ...(color ? [color.title] : [])],
            rows: points.map(point => [
              ...[point.run, point.x, point.y],
              ...(color ? [point.color] : [])
            ])
          })}
        />
      )}
    </Templated>
  );
}

export function channel({ title, numeric, log }: IField): IChannel {
  return {
    title,
    type: numeric ? 'quantitative' : 'nominal',
    ...(log && { scale: { type: 'log' } })
  };
}
