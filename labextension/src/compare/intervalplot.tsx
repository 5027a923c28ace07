/** Means of groups with their intervals. */

import * as React from 'react';

import type { INoise } from '../compared';
import type { ITheme } from '../live/theme';
import type { Template } from '../live/types';
import { encoded } from './encoded';
import { intervalRows } from './plotrows';
import { Plot } from './plotview';
import { Templated } from './templated';

const LINE = 26; // px
const AXIS = 50; // px
/** More have no room. */
const MOST = 30;
/** Letters of a group's name. */
const LETTERS = 48;

export function IntervalPlot(props: {
  noise: INoise;
  /** What the groups are called. */
  configs: readonly string[];
}): React.JSX.Element {
  const { noise, configs } = props;
  const { metric, groups, baseline } = noise;
  const texts = JSON.stringify(configs);
  const data = React.useMemo(() => {
    const named = JSON.parse(texts) as string[];
    const labels = groups.map((_, i) => {
      const text = `${i + 1}: ${named[i] ?? ''}`;
      return text.length > LETTERS ? `${text.slice(0, LETTERS)}…` : text;
    });
    const rows = intervalRows({ groups, baseline }, labels);
    const base = rows.filter(row => row.baseline);
    const others = rows.filter(row => !row.baseline).slice(0, MOST);
    return { rows: [...base, ...others] };
  }, [groups, baseline, texts]);
  const height = data.rows.length * LINE + AXIS;
  const spec = React.useCallback(
    (template: Template, theme: ITheme) =>
      encoded(template, { x: { title: metric } }, theme, height),
    [metric, height]
  );
  const shown = data.rows.length;
  return (
    <Templated kind="interval">
      {template => (
        <Plot
          title={`Means of ${metric}`}
          label={`Means of ${metric} with their intervals, of ${shown} groups`}
          template={template}
          spec={spec}
          data={data}
          height={height}
          note={
            shown < groups.length
              ? `${groups.length - shown} more groups have no room.`
              : ''
          }
          table={() => ({
            heads: ['Group', 'Runs', 'Mean', 'Low', 'High', 'In words'],
            rows: groups.map((group, i) => [
              configs[i] ?? '',
              group.n,
              group.mean,
              group.interval?.[0] ?? null,
              group.interval?.[1] ?? null,
              group.verdict
            ])
          })}
        />
      )}
    </Templated>
  );
}
