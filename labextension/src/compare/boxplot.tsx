/** How a metric spreads over the runs that share the value of a param. */

import * as React from 'react';

import type { ITheme } from '../live/theme';
import type { Template } from '../live/types';
import { encoded } from './encoded';
import type { IField } from './fields';
import { boxDots } from './plotrows';
import { Plot } from './plotview';
import { channel } from './scatter';
import { useCompare, useNamedRuns } from './scene';
import { Templated } from './templated';

const HEIGHT = 260; // px
/** More boxes have no room. */
const MOST = 24;

export function BoxPlot(props: { by: IField; y: IField }): React.JSX.Element {
  const { by, y } = props;
  const { state } = useCompare();
  const runs = useNamedRuns();
  const { selected } = state;
  const { points, order, leftOut } = React.useMemo(() => {
    const all = boxDots(runs, by, y);
    const groups = [...new Set(all.map(point => point.group))];
    const drawn = new Set(groups.slice(0, MOST));
    return {
      points: all.filter(point => drawn.has(point.group)),
      order: JSON.stringify([...drawn]),
      leftOut: groups.length - drawn.size
    };
  }, [runs, by, y]);
  const data = React.useMemo(
    () => ({
      rows: points
        .filter(({ run_id }) => selected.size === 0 || selected.has(run_id))
        .map(point => ({ ...point }))
    }),
    [points, selected]
  );
  const channels = React.useMemo(
    () => ({
      // Of all runs: those that are brushed come and go, and the groups stay where they are.
      x: {
        title: by.title,
        scale: { domain: JSON.parse(order) as string[] }
      },
      y: { ...channel(y), type: 'quantitative' as const }
    }),
    [by, y, order]
  );
  const spec = React.useCallback(
    (template: Template, theme: ITheme) =>
      encoded(template, channels, theme, HEIGHT),
    [channels]
  );
  return (
    <Templated kind="box">
      {template => (
        <Plot
          title={`${y.title} by ${by.title}`}
          label={`Box plot of ${y.title} of ${points.length} runs, by ${by.title}`}
          template={template}
          spec={spec}
          data={data}
          height={HEIGHT}
          note={
            leftOut > 0
              ? `${leftOut} more values of ${by.title} have no room.`
              : ''
          }
          table={() => ({
            heads: ['Run', by.title, y.title],
            rows: points.map(point => [point.run, point.group, point.y])
          })}
        />
      )}
    </Templated>
  );
}
