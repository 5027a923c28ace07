/** The metrics of a run: last, least and largest value, their course, and the full chart of each. */

import * as React from 'react';

import { type IChoices, newChoices } from '../live/types';
import type { IMetric, IRunDetail } from '../runs';
import { Button } from '../sidebar/parts';
import { MetricRows } from './metricrows';
import { Filter, matches, Section } from './section';
import { ChartTools } from './tools';

/** Rows whose courses are asked for together. */
const GROUP = 30;
/** So many groups are drawn without asking. */
const FIRST = 2;
/** From so many on a filter is of use. */
const MANY = 8;

export function Metrics(props: { run: IRunDetail }): React.JSX.Element {
  const { metrics, start_time: started, name } = props.run;
  const [filter, setFilter] = React.useState('');
  const [all, setAll] = React.useState(false);
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  const [choices, setChoices] = React.useState<IChoices>(newChoices);
  const found = metrics.filter(({ key }) => matches(filter, key));
  const groups = grouped(all ? found : found.slice(0, FIRST * GROUP));
  const toggle = React.useCallback((key: string) => {
    setOpen(before => {
      const after = new Set(before);
      if (!after.delete(key)) {
        after.add(key);
      }
      return after;
    });
  }, []);
  return (
    <Section title="Metrics" count={metrics.length}>
      {metrics.length === 0 && <p className="nbtrack-Quiet">No metrics.</p>}
      {metrics.length >= MANY && (
        <Filter label="Filter metrics" value={filter} onChange={setFilter} />
      )}
      {open.size > 0 && <ChartTools choices={choices} onChange={setChoices} />}
      {found.length > 0 && (
        <div
          className="nbtrack-Run-scroll"
          role="group"
          aria-label="Table of metrics"
          tabIndex={0}
        >
          <table
            className="nbtrack-Run-table nbtrack-Run-metrics"
            aria-label="Metrics"
          >
            <thead>
              <tr>
                <th scope="col">Metric</th>
                <th scope="col">Last</th>
                <th scope="col">Min</th>
                <th scope="col">Max</th>
                <th scope="col">Course</th>
              </tr>
            </thead>
            {groups.map(group => (
              <MetricRows
                key={group[0]?.key}
                metrics={group}
                run={{ started, name }}
                open={open}
                toggle={toggle}
                choices={choices}
              />
            ))}
          </table>
        </div>
      )}
      {metrics.length > 0 && found.length === 0 && (
        <p role="status" className="nbtrack-Quiet">
          No metric has that in its name.
        </p>
      )}
      {!all && found.length > FIRST * GROUP && (
        <Button
          label={`Show all ${found.length}`}
          onClick={() => {
            setAll(true);
          }}
        />
      )}
    </Section>
  );
}

function grouped(metrics: readonly IMetric[]): IMetric[][] {
  const groups: IMetric[][] = [];
  for (let i = 0; i < metrics.length; i += GROUP) {
    groups.push(metrics.slice(i, i + GROUP));
  }
  return groups;
}
