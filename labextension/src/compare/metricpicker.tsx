/** Which metric a section is about; the others follow. */

import * as React from 'react';

import { mainMetric, metricsOf } from './chosen';
import { useCompare } from './scene';
import { Select } from './section';

/** The metric chosen, or the one that says most. */
export function useMetric(): string | null {
  const { compared, state } = useCompare();
  const metrics = React.useMemo(() => metricsOf(compared), [compared]);
  return state.metric !== null && metrics.includes(state.metric)
    ? state.metric
    : mainMetric(metrics);
}

export function MetricPicker(): React.JSX.Element {
  const { compared, model } = useCompare();
  const metric = useMetric();
  return (
    <Select
      label="Metric"
      value={metric ?? ''}
      options={metricsOf(compared).map(key => [key, key] as const)}
      onChange={key => {
        model.choose({ metric: key });
      }}
    />
  );
}
