/** The full chart of one metric of a run. */

import * as React from 'react';

import type { IChoices } from '../live/types';
import type { IMetric } from '../runs';
import { Failure } from '../sidebar/parts';
import { useAsked } from './asked';
import { Chart } from './chart';
import { colour, picture } from './curves';
import { useScene } from './host';

/** About as many as a sidebar has pixels across, and some. */
const POINTS = 1000;

export function MetricChart(props: {
  metric: IMetric;
  run: { started: number | null; name: string };
  choices: IChoices;
}): React.JSX.Element {
  const { metric, run, choices } = props;
  const { host, store, runId } = useScene();
  const { api } = host;
  const { key, count, step, timestamp, value: last } = metric;
  const template = useAsked(React.useCallback(() => api.chart(), [api]));
  // With each new point the metric has another stamp.
  const stamp = `${count ?? ''}/${step}/${timestamp}/${last}`;
  const history = useAsked(
    React.useCallback(async () => {
      const answer = await api.history(store, [runId], [key], POINTS);
      return answer.value.items[0] ?? null;
    }, [api, store, runId, key]),
    stamp
  );
  const series = history.value;
  const { started } = run;
  const drawn = React.useMemo(
    () =>
      series &&
      picture(key, [{ series, label: '', color: colour(0), started }]),
    [series, key, started]
  );
  const failed = template.error ?? history.error;
  if (failed) {
    return (
      <Failure
        error={failed}
        onRetry={() => {
          template.retry();
          history.retry();
        }}
      />
    );
  }
  if (!drawn || !template.value) {
    return (
      <p role="status" className="nbtrack-Quiet">
        Loading…
      </p>
    );
  }
  return (
    <>
      <Chart picture={drawn} choices={choices} template={template.value} />
      {series && series.total > series.points.value.length && (
        <p className="nbtrack-Quiet">
          {series.points.value.length} of {series.total} points, chosen so that
          no peak is lost
        </p>
      )}
    </>
  );
}
