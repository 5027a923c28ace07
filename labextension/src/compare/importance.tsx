/** «Which params mattered»: how much worse a model of the metric gets without each. */

import * as React from 'react';

import type { IImportance } from '../compared';
import { formatNumber } from '../live/format';
import type { StoreName } from '../runs';
import { Button } from '../sidebar/parts';
import { asCsv } from './csv';
import { download, fileName } from './download';
import { among } from './homes';
import { useCompare } from './scene';
import { CompareSection } from './section';
import { WorkedOut } from './workedout';

/** With fewer runs it is a guess. */
const FEWEST = 12;
/** Below this a model explains next to nothing. */
const POOR = 0.3;

export function Importance(): React.JSX.Element | null {
  const { compared } = useCompare();
  return compared.runs.length < FEWEST ||
    Object.keys(compared.metrics).length === 0 ? null : (
    <CompareSection
      name="importance"
      title="Which params mattered"
      about="how much of a metric each param explains"
    >
      <Inside />
    </CompareSection>
  );
}

function Inside(): React.JSX.Element {
  const { host, state, compared } = useCompare();
  const { api } = host;
  const { elsewhere } = state;
  const wanted = JSON.stringify(compared.runs.map(one => one.run_id));
  const ask = React.useCallback(
    (store: StoreName, metric: string) => {
      const runIds = JSON.parse(wanted) as string[];
      return api.importance(store, runIds, metric, among(elsewhere, runIds));
    },
    [api, wanted, elsewhere]
  );
  return (
    <WorkedOut ask={ask}>
      {importance => <Answer importance={importance} />}
    </WorkedOut>
  );
}

function Answer(props: { importance: IImportance }): React.JSX.Element {
  const { metric, n, score, params, note } = props.importance;
  const most = Math.max(...params.map(one => one.high), Number.MIN_VALUE);
  const share = (value: number) => `${(100 * Math.max(0, value)) / most}%`;
  return (
    <>
      {note && <p>{note}</p>}
      {params.length > 0 && (
        <>
          <p className="nbtrack-Quiet">
            From {n} runs
            {score !== null &&
              `; a model of the params explains ${formatNumber(Math.max(0, 100 * score))} % of what ${metric} does on runs that it has not seen`}
            . A param counts by how much worse the model gets when its values
            are shuffled; lines are 95 % of the shuffles.
          </p>
          {score !== null && score < POOR && (
            <p role="note">That is little: chance may have made this order.</p>
          )}
          <table className="nbtrack-Run-table nbtrack-Compare-bars">
            <thead>
              <tr>
                <th scope="col">Param</th>
                <th scope="col">Importance</th>
                <th scope="col">95 %</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {params.map(({ param, importance, low, high }) => (
                <tr key={param}>
                  <th scope="row">{param}</th>
                  <td className="nbtrack-Live-number">
                    {formatNumber(importance)}
                  </td>
                  <td className="nbtrack-Live-number">
                    {formatNumber(low)} to {formatNumber(high)}
                  </td>
                  <td aria-hidden="true">
                    <div className="nbtrack-Compare-bar">
                      <div style={{ width: share(importance) }} />
                      <span
                        style={{
                          left: share(low),
                          width: `calc(${share(high)} - ${share(low)})`
                        }}
                      />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Button
            label="Download CSV"
            title="Download this table"
            onClick={() => {
              const lines = params.map(one => [
                ...[one.param, one.importance, one.low, one.high]
              ]);
              const text = asCsv([
                ['param', 'importance', 'low', 'high'],
                ...lines
              ]);
              download(
                fileName(`importance ${metric}`, 'csv'),
                text,
                'text/csv'
              );
            }}
          />
        </>
      )}
    </>
  );
}
