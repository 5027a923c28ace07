/** The curves of the runs, one panel a metric, drawn over each other. */

import * as React from 'react';

import type { Api } from '../api';
import { type IChoices, newChoices } from '../live/types';
import { useAsked } from '../run/asked';
import { colour, type ICurve } from '../run/curves';
import { ChartTools } from '../run/tools';
import type { IRunDetail, ISeries, StoreName } from '../runs';
import { Failure } from '../sidebar/parts';
import { firstChoice, metricsOf } from './chosen';
import { Chooser } from './chooser';
import type { IColumn } from './model';
import { OverlaidChart } from './overlaid';

/** Of a line: about as many as a panel has pixels across. */
const POINTS = 600;

export function Curves(props: {
  api: Api;
  store: StoreName;
  columns: readonly IColumn[];
  names: readonly string[];
}): React.JSX.Element | null {
  const { api, store, columns, names } = props;
  const [choices, setChoices] = React.useState<IChoices>(newChoices);
  const [picked, setPicked] = React.useState<readonly string[] | null>(null);
  const runs = columns.flatMap(({ detail }) => detail ?? []);
  const metrics = metricsOf(runs);
  const drawn = (picked ?? firstChoice(runs, metrics)).filter(key =>
    metrics.includes(key)
  );
  // The answer belongs to these runs and metrics, and to as many points as they had.
  const wanted = JSON.stringify([runs.map(one => one.run_id).sort(), drawn]);
  const stamp = JSON.stringify(runs.map(stampOf));
  const history = useAsked(
    React.useCallback(async (): Promise<ISeries[]> => {
      const [ids, keys] = JSON.parse(wanted) as [string[], string[]];
      return ids.length && keys.length
        ? (await api.history(store, ids, keys, POINTS)).value.items
        : [];
    }, [api, store, wanted]),
    stamp
  );
  const template = useAsked(React.useCallback(() => api.chart(), [api]));
  const lines = useCurves(columns, names, history.value);
  const failed = template.error ?? history.error;
  if (!metrics.length) {
    return null;
  }
  return (
    <section aria-label="Curves">
      <h2>Curves</h2>
      <ChartTools choices={choices} onChange={setChoices} />
      <Chooser metrics={metrics} chosen={drawn} onChange={setPicked} />
      {failed && (
        <Failure
          error={failed}
          onRetry={() => {
            template.retry();
            history.retry();
          }}
        />
      )}
      {!failed && !history.value && (
        <p role="status" className="nbtrack-Quiet">
          Loading…
        </p>
      )}
      {drawn.length === 0 && (
        <p className="nbtrack-Quiet">No metric is chosen.</p>
      )}
      {template.value && (
        <div className="nbtrack-Compare-charts">
          {drawn.map(
            key =>
              lines.has(key) &&
              template.value && (
                <OverlaidChart
                  key={key}
                  metric={key}
                  curves={lines.get(key) ?? []}
                  choices={choices}
                  template={template.value}
                />
              )
          )}
        </div>
      )}
    </section>
  );
}

/** The lines of each metric, in the order of the runs. */
function useCurves(
  columns: readonly IColumn[],
  names: readonly string[],
  history: readonly ISeries[] | null
): ReadonlyMap<string, ICurve[]> {
  // Names are made anew with each drawing.
  const labels = JSON.stringify(names);
  return React.useMemo(() => {
    const named = JSON.parse(labels) as string[];
    const lines = new Map<string, ICurve[]>();
    columns.forEach(({ runId, detail }, i) => {
      for (const series of history ?? []) {
        if (series.run_id === runId && series.points.value.length > 0) {
          const curve = {
            series,
            label: named[i] ?? '',
            color: colour(i),
            started: detail?.start_time ?? null
          };
          lines.set(series.key, [...(lines.get(series.key) ?? []), curve]);
        }
      }
    });
    return lines;
  }, [columns, labels, history]);
}

/** Changes when a run may have new points. */
function stampOf(run: IRunDetail): unknown {
  return run.status === 'RUNNING'
    ? run.metrics.map(({ key, count, timestamp }) => [key, count, timestamp])
    : run.status;
}
