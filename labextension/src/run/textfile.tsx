/** The text of an artifact, for whatever shows it. */

import * as React from 'react';

import { Failure } from '../sidebar/parts';
import { useAsked } from './asked';
import { useScene } from './host';

export function TextFile(props: {
  path: string;
  children: (text: string) => React.ReactNode;
}): React.JSX.Element {
  const { path } = props;
  const { host, store, runId } = useScene();
  const { api } = host;
  const { value, error, retry } = useAsked(
    React.useCallback(
      () => api.artifactText(store, runId, path),
      [api, store, runId, path]
    )
  );
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  return value === null ? (
    <p role="status" className="nbtrack-Quiet">
      Loading…
    </p>
  ) : (
    <>{props.children(value)}</>
  );
}
