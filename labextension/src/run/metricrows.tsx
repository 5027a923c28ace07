/** Some rows of the table of metrics, whose courses come in one answer. */

import * as React from 'react';

import { formatNumber } from '../live/format';
import type { IChoices } from '../live/types';
import type { IMetric, Num } from '../runs';
import { useAsked } from './asked';
import { useScene } from './host';
import { MetricChart } from './metricchart';
import { Sparkline } from './sparkline';

/** Of a sparkline: more would share pixels. */
const POINTS = 60;

export function MetricRows(props: {
  metrics: readonly IMetric[];
  run: { started: number | null; name: string };
  open: ReadonlySet<string>;
  toggle: (key: string) => void;
  choices: IChoices;
}): React.JSX.Element {
  const { metrics, run, open, toggle, choices } = props;
  const { host, store, runId } = useScene();
  const { api } = host;
  // What has only one point has no course. The stamp changes when there may be new points.
  const drawn = metrics.filter(metric => metric.count !== 1);
  const stamp = JSON.stringify(drawn.map(stampOf));
  const { value } = useAsked(
    React.useCallback(async () => {
      const keys = (JSON.parse(stamp) as [string][]).map(([key]) => key);
      return keys.length
        ? (await api.history(store, [runId], keys, POINTS)).value.items
        : [];
    }, [api, store, runId, stamp])
  );
  return (
    <tbody>
      {metrics.map(metric => {
        const { key, count } = metric;
        const series = value?.find(one => one.key === key);
        const expanded = open.has(key);
        return (
          <React.Fragment key={key}>
            <tr>
              <th scope="row">
                {count === 1 ? (
                  <span className="nbtrack-Run-value">{key}</span>
                ) : (
                  <button
                    type="button"
                    className="nbtrack-Run-link"
                    aria-expanded={expanded}
                    title="Show the chart"
                    onClick={() => {
                      toggle(key);
                    }}
                  >
                    {key}
                  </button>
                )}
              </th>
              <Value value={metric.value} />
              <Value value={metric.min} />
              <Value value={metric.max} />
              <td>
                {series && series.points.value.length > 1 && (
                  <Sparkline series={series} />
                )}
              </td>
            </tr>
            {expanded && (
              <tr>
                <td colSpan={5}>
                  <MetricChart metric={metric} run={run} choices={choices} />
                </td>
              </tr>
            )}
          </React.Fragment>
        );
      })}
    </tbody>
  );
}

function Value(props: { value: Num | null }): React.JSX.Element {
  const { value } = props;
  return value === null ? (
    <td />
  ) : (
    <td className="nbtrack-Live-number" title={String(value)}>
      {formatNumber(value)}
    </td>
  );
}

function stampOf(metric: IMetric): unknown[] {
  const { key, count, step, timestamp, value } = metric;
  return [key, count, step, timestamp, value];
}
