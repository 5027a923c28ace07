/** The cells and packages of two runs against each other; asked for when opened. */

import * as React from 'react';

import { useAsked } from '../run/asked';
import { diffLines } from '../run/diff';
import { CELL, PACKAGES } from '../run/files';
import { LazyFold } from '../run/lazyfold';
import { savedSource } from '../run/source';
import type { StoreName } from '../runs';
import { Failure } from '../sidebar/parts';
import { homeOf } from './homes';
import { useCompare } from './scene';
import { Loading, Select } from './section';
import { SideBySide } from './sidebyside';

export function SourcesAndPackages(): React.JSX.Element | null {
  const { compared } = useCompare();
  if (compared.runs.length < 2) {
    return null;
  }
  return (
    <>
      <LazyFold title="Source of the cells">
        <OfTwo path={CELL} what="source of its cell" />
      </LazyFold>
      <LazyFold title="Packages that differ">
        <OfTwo path={PACKAGES} what="list of packages" onlyChanges />
      </LazyFold>
    </>
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
  const stores = JSON.stringify(
    [first, second].map(id => [id, homeOf(state, id)] as const)
  );
  const { value, error, retry } = useAsked(
    React.useCallback(
      () =>
        Promise.all(
          (JSON.parse(stores) as [string, StoreName | null][]).map(
            ([id, store]) =>
              store === null || id === ''
                ? Promise.resolve(null)
                : savedSource(api, store, id, path)
          )
        ),
      [api, stores, path]
    )
  );
  const [before = null, after = null] = value ?? [];
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
          {lacking.length > 1 ? ' those runs' : ' that run'}, or captured
          nothing.
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
