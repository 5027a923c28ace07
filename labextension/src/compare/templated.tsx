/** Waits for a chart's definition. */

import * as React from 'react';

import type { ChartKind } from '../compared';
import type { Template } from '../live/types';
import { useAsked } from '../run/asked';
import { Failure } from '../sidebar/parts';
import { useCompare } from './scene';
import { Loading } from './section';

export function Templated(props: {
  kind: ChartKind;
  children: (template: Template) => React.JSX.Element;
}): React.JSX.Element {
  const { kind, children } = props;
  const { api } = useCompare().host;
  const { value, error, retry } = useAsked(
    React.useCallback(() => api.chart(kind), [api, kind])
  );
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  return value ? children(value) : <Loading />;
}
