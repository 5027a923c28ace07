/** «Is it noise?»: runs that differ in their seed only, against the baseline's. */

import * as React from 'react';

import type { INoise, INoiseGroup } from '../compared';
import { formatNumber } from '../live/format';
import { Long } from '../run/long';
import type { StoreName } from '../runs';
import { IntervalPlot } from './intervalplot';
import { useMetric } from './metricpicker';
import { among } from './homes';
import { useCompare } from './scene';
import { CompareSection } from './section';
import { WorkedOut } from './workedout';

/** Groups that are shown; the others are in the files. */
const MOST = 100;

export function Noise(): React.JSX.Element | null {
  const { compared } = useCompare();
  return compared.runs.length < 2 ||
    Object.keys(compared.metrics).length === 0 ? null : (
    <CompareSection
      name="noise"
      title="Is it noise?"
      about="runs that differ in their seed only, against the baseline’s"
    >
      <Inside />
    </CompareSection>
  );
}

function Inside(): React.JSX.Element {
  const { host, state, compared, baseline } = useCompare();
  const { api } = host;
  const { elsewhere } = state;
  const metric = useMetric();
  const ids = compared.runs.map(one => one.run_id);
  const first = compared.runs[baseline]?.run_id ?? '';
  // The group of the first one is what the others are measured by.
  const wanted = JSON.stringify([first, ...ids.filter(id => id !== first)]);
  const ask = React.useCallback(
    (store: StoreName, key: string) => {
      const runIds = JSON.parse(wanted) as string[];
      return api.noise(store, runIds, key, among(elsewhere, runIds));
    },
    [api, wanted, elsewhere]
  );
  const stamp = JSON.stringify(
    metric === null ? null : compared.metrics[metric]
  );
  return (
    <WorkedOut ask={ask} stamp={stamp}>
      {noise => <Answer noise={noise} />}
    </WorkedOut>
  );
}

function Answer(props: { noise: INoise }): React.JSX.Element {
  const { noise } = props;
  const { groups, seeds, baseline, left_out: leftOut, metric } = noise;
  const configs = configTexts(groups);
  return (
    <>
      <p>
        {seeds.length > 0
          ? `Taken for seeds: ${seeds.join(', ')}. Runs whose other params are the same are one group.`
          : 'No param looks like a seed. Runs whose params are all the same are one group.'}{' '}
        Intervals are 95 % ones.
      </p>
      {leftOut > 0 && (
        <p className="nbtrack-Quiet">
          {leftOut} {leftOut === 1 ? 'run has' : 'runs have'} no finite value of{' '}
          {metric}.
        </p>
      )}
      {noise.note && <p className="nbtrack-Quiet">{noise.note}</p>}
      {groups.length > 0 && <IntervalPlot noise={noise} configs={configs} />}
      <div
        className="nbtrack-Run-scroll nbtrack-Compare-scroll"
        role="group"
        aria-label="Table of groups"
        tabIndex={0}
      >
        <table className="nbtrack-Run-table nbtrack-Compare-groups">
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Runs</th>
              <th scope="col">Mean</th>
              <th scope="col">Against the baseline</th>
              <th scope="col">In words</th>
            </tr>
          </thead>
          <tbody>
            {groups.slice(0, MOST).map((group, i) => (
              <tr key={i} data-baseline={i === baseline}>
                <th scope="row">
                  <Long
                    label={`Group ${i + 1}`}
                    text={`${i + 1}: ${configs[i] ?? ''}`}
                  />
                  {i === baseline && (
                    <span className="nbtrack-Quiet">the baseline</span>
                  )}
                </th>
                <td className="nbtrack-Live-number">{group.n}</td>
                <td className="nbtrack-Live-number">
                  {formatNumber(group.mean)}
                  {group.interval && <Interval of={group.interval} />}
                </td>
                <td className="nbtrack-Live-number">
                  {group.difference && (
                    <>
                      {signed(group.difference.mean)}
                      {group.difference.p === null ? (
                        <div className="nbtrack-Quiet">the same each time</div>
                      ) : (
                        <Interval of={group.difference.interval} />
                      )}
                    </>
                  )}
                </td>
                <td>{group.verdict}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {groups.length > MOST && (
        <p className="nbtrack-Quiet">
          {groups.length - MOST} more groups are in the file of the chart.
        </p>
      )}
    </>
  );
}

function Interval(props: { of: readonly [number, number] }): React.JSX.Element {
  const [low, high] = props.of;
  return (
    <div className="nbtrack-Quiet">
      {formatNumber(low)} to {formatNumber(high)}
    </div>
  );
}

function signed(value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±';
  return sign + formatNumber(Math.abs(value));
}

/** «lr = 0.1, depth = 6»; what tells the most groups apart comes last: it may be no choice at all. */
export function configTexts(groups: readonly INoiseGroup[]): string[] {
  const all = groups.map(({ config, datasets }) => ({
    ...config,
    ...datasets
  }));
  const kinds = new Map<string, Set<string | null>>();
  for (const config of all) {
    for (const [key, value] of Object.entries(config)) {
      kinds.set(key, (kinds.get(key) ?? new Set()).add(value));
    }
  }
  const count = (key: string) => kinds.get(key)?.size ?? 0;
  return all.map(
    config =>
      Object.entries(config)
        .sort(([one], [other]) => count(one) - count(other))
        .map(([key, value]) => `${key} = ${value ?? 'not set'}`)
        .join(', ') || 'all runs'
  );
}
