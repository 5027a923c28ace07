/** Above the list of runs: the filter box and quick filters. */

import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { RequestError } from '../request';
import { isFiltered, STATUSES } from '../state/query';
import { useHost } from './host';
import { useObserved } from './observe';
import { IconButton } from './parts';
import { Search } from './search';

const DELETED = 'deleted';

const LABELS: Record<(typeof STATUSES)[number], string> = {
  RUNNING: 'Running',
  FINISHED: 'Finished',
  FAILED: 'Failed',
  KILLED: 'Stopped',
  SCHEDULED: 'Scheduled'
};

export function RunFilters(props: {
  /** Why the text can't be used as a filter. */
  error: RequestError | null;
}): React.JSX.Element {
  const { filter, settings } = useHost().lists;
  const { written } = useObserved(filter);
  const { notebook } = useObserved(settings);
  return (
    <>
      <Search error={props.error} />
      <div className="nbtrack-Tools" role="group" aria-label="Filters">
        <select
          className="nbtrack-Select"
          aria-label="Status"
          value={written.deleted ? DELETED : written.status}
          onChange={({ target: { value } }) => {
            const deleted = value === DELETED;
            filter.set({ deleted, status: deleted ? '' : value });
          }}
        >
          <option value="">Status</option>
          {STATUSES.map(status => (
            <option key={status} value={status}>
              {LABELS[status]}
            </option>
          ))}
          <option value={DELETED}>Deleted runs</option>
        </select>
        <Toggle
          label="This notebook"
          title={
            notebook
              ? `Only runs of ${notebook.path}`
              : 'Only runs of the notebook in front. No notebook is open.'
          }
          pressed={written.notebook}
          disabled={!notebook && !written.notebook}
          onClick={() => {
            filter.set({ notebook: !written.notebook });
          }}
        />
        <Toggle
          label="Mine"
          title="Only runs of the user that Jupyter runs as"
          pressed={written.mine}
          onClick={() => {
            filter.set({ mine: !written.mine });
          }}
        />
        {isFiltered(written) && (
          <IconButton
            icon={closeIcon}
            label="Clear filters"
            onClick={() => {
              filter.clear();
            }}
          />
        )}
      </div>
    </>
  );
}

function Toggle(props: {
  label: string;
  title: string;
  pressed: boolean;
  disabled?: boolean;
  onClick: () => void;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="nbtrack-Chip"
      title={props.title}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.label}
    </button>
  );
}
