/** What a section shows of a metric that the store works out. */

import * as React from 'react';

import type { StoreName } from '../runs';
import { useAsked } from '../run/asked';
import { Failure } from '../sidebar/parts';
import { MetricPicker, useMetric } from './metricpicker';
import { useCompare } from './scene';
import { Loading } from './section';

export function WorkedOut<T extends { metric: string }>(props: {
  /** Made by `useCallback`. */
  ask: (store: StoreName, metric: string) => Promise<T>;
  /** Another one: the answer may be another too. */
  stamp?: string;
  children: (answer: T) => React.ReactNode;
}): React.JSX.Element {
  const { ask, stamp, children } = props;
  const { store } = useCompare().state;
  const metric = useMetric();
  const { value, error, retry } = useAsked<T | null>(
    React.useCallback(
      () =>
        store === null || metric === null
          ? Promise.resolve(null)
          : ask(store, metric),
      [ask, store, metric]
    ),
    stamp
  );
  return (
    <>
      <div className="nbtrack-Run-tools">
        <MetricPicker />
      </div>
      {error && <Failure error={error} onRetry={retry} />}
      {!error && !value && (store === null ? <NoStore /> : <Loading />)}
      {value && value.metric === metric && children(value)}
    </>
  );
}

function NoStore(): React.JSX.Element {
  return (
    <p className="nbtrack-Quiet">
      This is worked out from the store, which is not known here.
    </p>
  );
}
