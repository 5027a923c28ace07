/** A comparison: what differs between runs, and their curves. */

import * as React from 'react';

import type { Api } from '../api';
import type { IOpen } from '../sidebar/open';
import { Button } from '../sidebar/parts';
import { Curves } from './curves';
import { asCsv, differences } from './difference';
import type { CompareModel } from './model';
import { namesOf } from './names';
import { DifferenceTable } from './table';

/** What a comparison needs of the page it is in. */
export interface ICompareHost {
  api: Api;
  open: IOpen;
  copy: (text: string) => void;
}

export function Comparison(props: {
  model: CompareModel;
  host: ICompareHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { columns, leftOut } = React.useSyncExternalStore(
    React.useCallback(
      (notify: () => void) => {
        model.changed.connect(notify);
        return () => {
          model.changed.disconnect(notify);
        };
      },
      [model]
    ),
    () => model.snapshot
  );
  const [all, setAll] = React.useState(false);
  const names = namesOf(columns);
  const rows = React.useMemo(
    () => differences(columns.map(column => column.detail)),
    [columns]
  );
  const shown = all ? rows : rows.filter(row => row.differs);
  return (
    <div className="nbtrack-Compare-content">
      <h1>Compare runs</h1>
      {leftOut > 0 && (
        <p className="nbtrack-Notice" role="note">
          Only the first {columns.length} runs are compared; {leftOut} more were
          chosen. More than that nobody can tell apart in one chart.
        </p>
      )}
      {columns.length === 0 && (
        <p>No run is left. Choose runs in the sidebar to compare them.</p>
      )}
      {columns.length === 1 && (
        <p>One run alone has nothing to differ from: choose another as well.</p>
      )}
      {columns.length > 0 && (
        <>
          <section aria-label="What differs">
            <div className="nbtrack-Run-tools">
              <h2>What differs</h2>
              <label>
                <input
                  type="checkbox"
                  checked={all}
                  onChange={event => {
                    setAll(event.target.checked);
                  }}
                />{' '}
                Also what is the same
              </label>
              <Button
                label="Copy as CSV"
                title="Copy this table, with all digits"
                onClick={() => {
                  host.copy(asCsv(names, shown));
                }}
              />
            </div>
            <DifferenceTable
              model={model}
              columns={columns}
              names={names}
              rows={shown}
              open={host.open}
            />
          </section>
          <Curves
            api={host.api}
            store={model.store}
            columns={columns}
            names={names}
          />
        </>
      )}
    </div>
  );
}
