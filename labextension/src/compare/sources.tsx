/** The cells and packages of two runs against each other; asked for when opened. */

import * as React from 'react';

import type { Api } from '../api';
import { useAsked } from '../run/asked';
import { diffLines } from '../run/diff';
import { RequestError } from '../request';
import type { StoreName } from '../runs';
import { Failure } from '../sidebar/parts';
import { useCompare } from './scene';
import { Loading, Select } from './section';
import { SideBySide } from './sidebyside';

/** The files are those of `nbtrack/kernel/capture.py`. */
const CELL = 'nbtrack/cell.py';
const PACKAGES = 'nbtrack/packages.txt';

export function SourcesAndPackages(): React.JSX.Element | null {
  const { compared } = useCompare();
  if (compared.runs.length < 2) {
    return null;
  }
  return (
    <>
      <Lazy title="Source of the cells">
        <OfTwo path={CELL} what="source of its cell" />
      </Lazy>
      <Lazy title="Packages that differ">
        <OfTwo path={PACKAGES} what="list of packages" onlyChanges />
      </Lazy>
    </>
  );
}

function Lazy(props: {
  title: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const [opened, setOpened] = React.useState(false);
  return (
    <details
      className="nbtrack-Run-fold"
      onToggle={event => {
        if (event.currentTarget.open) {
          setOpened(true);
        }
      }}
    >
      <summary>{props.title}</summary>
      {opened && props.children}
    </details>
  );
}

/** The baseline's file against another run's. */
function OfTwo(props: {
  path: string;
  what: string;
  onlyChanges?: boolean;
}): React.JSX.Element {
  const { path, what, onlyChanges = false } = props;
  const { host, state, compared, names, baseline } = useCompare();
  const { runs } = compared;
  const [picked, setPicked] = React.useState('');
  const others = runs.flatMap(({ run_id }, i) =>
    i === baseline ? [] : [[run_id, names[i] ?? ''] as const]
  );
  const other =
    others.find(([id]) => id === picked) ??
    others.find(([id]) => state.selected.has(id)) ??
    others[0];
  const first = runs[baseline]?.run_id ?? '';
  const second = other?.[0] ?? '';
  const { api } = host;
  const { store } = state;
  const { value, error, retry } = useAsked(
    React.useCallback(
      () =>
        Promise.all([
          textOf(api, store, first, path),
          textOf(api, store, second, path)
        ]),
      [api, store, first, second, path]
    )
  );
  const [before, after] = value ?? [null, null];
  const firstName = names[baseline] ?? '';
  const lacking = [
    before === null ? firstName : null,
    after === null ? (other?.[1] ?? '') : null
  ].filter(name => name !== null);
  return (
    <>
      <Select
        label={`${firstName} against`}
        value={second}
        options={others}
        onChange={setPicked}
      />
      {error && <Failure error={error} onRetry={retry} />}
      {!error && !value && <Loading />}
      {value && lacking.length > 0 && (
        <p className="nbtrack-Quiet">
          There is no {what} with {lacking.join(' and ')}: nbtrack did not make
          that run.
        </p>
      )}
      {before !== null && after !== null && (
        <SideBySide
          changes={diffLines(before, after)}
          names={[firstName, other?.[1] ?? '']}
          label={`${what}: ${firstName} against ${other?.[1] ?? ''}`}
          onlyChanges={onlyChanges}
        />
      )}
    </>
  );
}

/** `null`: the run has no such file. */
async function textOf(
  api: Api,
  store: StoreName | null,
  runId: string,
  path: string
): Promise<string | null> {
  if (store === null || !runId) {
    return null;
  }
  try {
    return await api.artifactText(store, runId, path);
  } catch (reason) {
    if (reason instanceof RequestError && reason.status === 404) {
      return null;
    }
    throw reason;
  }
}
