/** Section «Versions»: the newest first, and what can be done with those that are selected. */

import * as React from 'react';

import type { IModelDetail, IModelVersion } from '../models';
import { Section } from '../run/section';
import { count } from '../sidebar/format';
import { useObserved } from '../sidebar/observe';
import { Button } from '../sidebar/parts';
import { useScene } from './host';
import { Version } from './version';

export function Versions(props: { model: IModelDetail }): React.JSX.Element {
  const { state } = useScene();
  const { versions, total, next, busy, loadingMore } = useObserved(state);
  const shown = versions?.length ?? 0;
  const all = next === null ? shown : total;
  return (
    <Section title="Versions" {...(all !== null && { count: all })}>
      {versions?.length === 0 && <p className="nbtrack-Quiet">None yet.</p>}
      {shown > 0 && (
        <ol className="nbtrack-Run-list nbtrack-Model-versions" tabIndex={-1}>
          {versions?.map(one => (
            <Version key={one.version} model={props.model} version={one} />
          ))}
        </ol>
      )}
      {next !== null && (
        <p className="nbtrack-Run-line">
          <span role="status">
            {count(shown)} of {total === null ? 'more' : count(total)}
          </span>
          <Button
            label={loadingMore ? 'Loading…' : 'Load more'}
            spoken={loadingMore ? undefined : 'Load more versions'}
            disabled={loadingMore || busy}
            onClick={() => void state.more()}
          />
        </p>
      )}
      <Selected />
    </Section>
  );
}

function Selected(): React.JSX.Element | null {
  const { host, store, state } = useScene();
  const { versions, selected } = useObserved(state);
  if (selected.size === 0) {
    return null;
  }
  const runs = runsOf(versions ?? [], selected);
  return (
    <div
      className="nbtrack-Selected nbtrack-Model-selected"
      role="toolbar"
      aria-label="Selected versions"
    >
      <span role="status">{count(selected.size)} selected</span>
      <Button
        label="Compare"
        title={
          runs.length > 1
            ? 'Open the comparison of their runs in the main area'
            : selected.size > 1
              ? 'They are of one run, or of none that is known: there is nothing to compare'
              : 'Select two versions or more to compare their runs'
        }
        disabled={runs.length < 2}
        onClick={() => {
          host.open.compare(store, runs);
        }}
      />
      <button
        type="button"
        className="nbtrack-Link"
        onClick={() => {
          selected.forEach(one => {
            state.select(one, false);
          });
        }}
      >
        Clear
      </button>
    </div>
  );
}

/** The runs of the selected versions: that of the oldest first, by which the others are measured. */
function runsOf(
  versions: readonly IModelVersion[],
  selected: ReadonlySet<string>
): string[] {
  const ids = versions
    .filter(one => selected.has(one.version))
    .flatMap(one => one.run_id ?? []);
  return [...new Set(ids.reverse())];
}
