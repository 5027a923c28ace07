/** One metric of several runs. */

import * as React from 'react';

import { formatNumber } from '../live/format';
import { fit } from '../live/template';
import type { ITheme } from '../live/theme';
import type { IChoices, Template } from '../live/types';
import { colour, type ICurve } from '../run/curves';
import type { ISeries } from '../runs';
import { type IDrawn, MOST_LINES } from './chosen';
import { dashed, dashOf } from './dashes';
import { bandRows, type IMean, meanOf, type Spread } from './grouped';
import type { IGroup } from './groups';
import { type ILineLook, lineChart, type Range } from './lines';
import type { Rows } from './plot';
import { Plot } from './plotview';
import { Rule } from './rule';
import { useCompare } from './scene';

const HEIGHT = 170; // px

export const MetricCurves = React.memo(function MetricCurves(props: {
  metric: string;
  history: readonly ISeries[];
  runs: readonly IDrawn[];
  /** `null`: each run has its own line. */
  groups: readonly IGroup[] | null;
  spread: Spread;
  choices: IChoices;
  template: Template;
  range: Range | null;
  onRange: (range: Range | null) => void;
  rule: number | null;
  onRule: (x: number | null) => void;
}): React.JSX.Element | null {
  const { metric, history, groups, spread, choices, template, range } = props;
  const { compared, names } = useCompare();
  // Made anew with each drawing of the section, and mostly the same.
  const wanted = JSON.stringify(props.runs);
  const { curves, looks, means } = React.useMemo(() => {
    const runs = JSON.parse(wanted) as IDrawn[];
    const own = new Map(
      history
        .filter(one => one.key === metric && one.points.value.length > 0)
        .map(one => [one.run_id, one])
    );
    return groups
      ? grouped(metric, own, groups, spread, compared.runs, choices.axis)
      : single(own, runs, names, startsOf(compared.runs));
  }, [
    metric,
    history,
    wanted,
    names,
    groups,
    spread,
    compared.runs,
    choices.axis
  ]);
  const chart = React.useMemo(
    () => lineChart(metric, curves, choices, looks, range),
    [metric, curves, choices, looks, range]
  );
  const { look } = chart;
  const spec = React.useCallback(
    (given: Template, theme: ITheme) => dashed(fit(given, { ...look, theme })),
    [look]
  );
  const data = React.useMemo((): Record<string, Rows> => {
    const points = chart.rows.map(row => ({ ...row }));
    const bands = bandRows(means, chart.unit, choices.smoothing).filter(
      ({ x }) => !range || (x >= range[0] && x <= range[1])
    );
    return groups
      ? { points, bands: bands.map(row => ({ ...row })) }
      : { points };
  }, [chart, means, groups, choices.smoothing, range]);
  if (!curves.length) {
    return null;
  }
  const ends = chart.lines.map(
    ({ label, y }) => `${label || metric}: ${formatNumber(lastOf(y) ?? 'NaN')}`
  );
  return (
    <Plot
      title={metric}
      label={`Line chart of ${metric}. Last values: ${ends.join(', ')}`}
      template={template}
      spec={spec}
      data={data}
      height={HEIGHT}
      table={() => ({
        heads: ['Line', 'Last', 'Least', 'Largest', `Last ${look.x}`],
        rows: chart.lines.map(({ label, x, y }) => [
          label,
          lastOf(y),
          extreme(y, Math.min),
          extreme(y, Math.max),
          x.at(-1) ?? null
        ])
      })}
      over={(plot, drawn) => (
        <Rule
          plot={plot}
          drawn={drawn}
          metric={metric}
          axis={look.x}
          lines={chart.lines}
          range={range}
          onRange={props.onRange}
          at={props.rule}
          onAt={props.onRule}
        />
      )}
    />
  );
});

interface ICurves {
  curves: ICurve[];
  looks: ILineLook[];
  means: IMean[];
}

function single(
  own: ReadonlyMap<string, ISeries>,
  runs: readonly IDrawn[],
  names: readonly string[],
  starts: ReadonlyMap<string, number | null>
): ICurves {
  const made: ICurves = { curves: [], looks: [], means: [] };
  for (const { runId, place, color, faint, dash } of runs) {
    const series = own.get(runId);
    if (series) {
      const label = names[place] ?? '';
      const started = starts.get(runId) ?? null;
      made.curves.push({ series, label, color, started });
      made.looks.push({ faint, dash });
    }
  }
  return made;
}

function grouped(
  metric: string,
  own: ReadonlyMap<string, ISeries>,
  groups: readonly IGroup[],
  spread: Spread,
  runs: readonly IStarted[],
  axis: IChoices['axis']
): ICurves {
  const starts = startsOf(runs);
  const means = groups
    .map(group => ({
      group,
      members: [...group.runIds].flatMap(id => {
        const series = own.get(id);
        return series ? [{ series, started: starts.get(id) ?? null }] : [];
      })
    }))
    .filter(({ members }) => members.length > 0)
    .slice(0, MOST_LINES)
    .map(({ group, members }, i) => {
      const label = `${group.text} (${members.length})`;
      return meanOf(metric, members, label, colour(i), axis === 'time', spread);
    });
  const curves = means.map(mean => mean.curve);
  const looks = curves.map((_, i) => ({ faint: false, dash: dashOf(i) }));
  return { curves, looks, means };
}

interface IStarted {
  run_id: string;
  start_time: number | null;
}

function startsOf(runs: readonly IStarted[]): Map<string, number | null> {
  return new Map(runs.map(one => [one.run_id, one.start_time]));
}

function lastOf(y: readonly number[]): number | null {
  return y.filter(value => !Number.isNaN(value)).at(-1) ?? null;
}

function extreme(
  y: readonly number[],
  of: (...values: number[]) => number
): number | null {
  const values = y.filter(value => !Number.isNaN(value));
  return values.length ? values.reduce((a, b) => of(a, b)) : null;
}
