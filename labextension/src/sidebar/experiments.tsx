/** Section «Experiments»: search, choose, make, rename, delete and bring back. */

import {
  addIcon,
  deleteIcon,
  editIcon,
  historyIcon,
  notebookIcon,
  undoIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IExperimentItem } from '../runs';
import type { ITreeRow } from '../state/tree';
import { ALL } from '../state/place';
import { ExperimentTree } from './experimentsTree';
import { count } from './format';
import { type IHost, useHost } from './host';
import { useObserved } from './observe';
import { Fold, IconButton, Prose } from './parts';

export function ExperimentsSection(): React.JSX.Element {
  const { lists } = useHost();
  const { items, busy, deleted } = useObserved(lists.experiments);
  const { scope } = useObserved(lists.place);
  const [open, setOpen] = React.useState(true);
  const chosen =
    scope.kind === 'experiment'
      ? lists.experiments.find(scope.id)?.name
      : scope.kind === 'folder'
        ? `${scope.path}/`
        : undefined;
  return (
    <section
      className={`nbtrack-Section nbtrack-Experiments${open ? '' : ' nbtrack-mod-closed'}`}
      aria-labelledby="nbtrack-experiments-title"
      aria-busy={busy}
    >
      <Fold
        id="nbtrack-experiments-title"
        title="Experiments"
        open={open}
        onToggle={() => {
          setOpen(!open);
        }}
      >
        <span className="nbtrack-Fold-aside" title={chosen}>
          {chosen ? !open && chosen : items && count(items.length)}
        </span>
        {open && <Actions />}
      </Fold>
      {open && (
        <>
          <Tools />
          <Problem />
          {items === null && busy && (
            <p role="status" className="nbtrack-Quiet">
              Loading…
            </p>
          )}
          {items?.length === 0 && (
            <p className="nbtrack-Quiet">
              {deleted
                ? 'No experiment is deleted.'
                : 'None yet: the first run makes one.'}
            </p>
          )}
          {items !== null && items.length > 0 && <ExperimentTree />}
        </>
      )}
    </section>
  );
}

/** Search, and the way to the experiment of the notebook in front. */
function Tools(): React.JSX.Element {
  const { lists } = useHost();
  const { query, deleted } = useObserved(lists.experiments);
  const { scope } = useObserved(lists.place);
  useObserved(lists.settings);
  const { current, currentName } = lists;
  const isHere =
    scope.kind === 'experiment' && scope.id === current?.experiment_id;
  return (
    <div className="nbtrack-Tools">
      <input
        type="search"
        className="nbtrack-Input"
        placeholder="Search"
        aria-label="Search experiments"
        value={query}
        onChange={event => {
          lists.experiments.search(event.target.value);
        }}
      />
      {currentName !== null && !deleted && (
        <button
          type="button"
          className="nbtrack-Chip"
          aria-pressed={isHere}
          disabled={!current}
          aria-label={`Experiment of this notebook: ${currentName}`}
          title={
            current
              ? `Experiment of this notebook: ${currentName}`
              : `This notebook will log into «${currentName}»: no run yet.`
          }
          onClick={() => {
            if (current && !isHere) {
              lists.experiments.reveal(current.name);
              lists.place.chooseScope({
                kind: 'experiment',
                id: current.experiment_id
              });
            } else {
              lists.place.chooseScope(ALL);
            }
          }}
        >
          <notebookIcon.react tag="span" className="nbtrack-Chip-icon" />
          This notebook
        </button>
      )}
    </div>
  );
}

function Actions(): React.JSX.Element {
  const host = useHost();
  const { experiments, place } = host.lists;
  const { deleted } = useObserved(experiments);
  const { scope } = useObserved(place);
  const chosen =
    scope.kind === 'experiment' ? experiments.find(scope.id) : null;
  return (
    <div className="nbtrack-Actions">
      {chosen && !deleted && (
        <>
          <IconButton
            icon={editIcon}
            label={`Rename ${chosen.name}`}
            onClick={() => void rename(host, chosen)}
          />
          <IconButton
            icon={deleteIcon}
            label={`Delete ${chosen.name}`}
            onClick={() => void remove(host, chosen)}
          />
        </>
      )}
      {chosen && deleted && (
        <IconButton
          icon={undoIcon}
          label={`Restore ${chosen.name}`}
          onClick={() => void restore(host, chosen)}
        />
      )}
      <IconButton
        icon={historyIcon}
        label="Show deleted experiments"
        pressed={deleted}
        onClick={() => {
          place.chooseScope(ALL);
          experiments.showDeleted(!deleted);
        }}
      />
      <IconButton
        icon={addIcon}
        label="New experiment"
        onClick={() => void create(host)}
      />
    </div>
  );
}

/** Why the last action failed. */
function Problem(): React.JSX.Element | null {
  const { experiments } = useHost().lists;
  const { failed } = useObserved(experiments);
  return (
    failed && (
      <div className="nbtrack-Failure" role="alert">
        <p>
          <Prose text={`${failed.message} ${failed.hint}`.trim()} />
        </p>
        <button
          type="button"
          className="nbtrack-Link"
          onClick={() => {
            experiments.forgetFailure();
          }}
        >
          Dismiss
        </button>
      </div>
    )
  );
}

async function create(host: IHost): Promise<void> {
  const { experiments, place } = host.lists;
  const { scope } = place.snapshot;
  const folder = scope.kind === 'folder' ? `${scope.path}/` : '';
  const name = await host.ask.text('New experiment', 'Name', folder);
  if (name?.trim()) {
    const id = await experiments.create(name.trim());
    if (id !== null) {
      place.chooseScope({ kind: 'experiment', id });
    }
  }
}

export async function rename(
  host: IHost,
  { experiment_id, name }: IExperimentItem
): Promise<void> {
  const given = await host.ask.text('Rename experiment', 'Name', name);
  if (given?.trim() && given.trim() !== name) {
    await host.lists.experiments.rename(experiment_id, given.trim());
  }
}

export async function remove(
  host: IHost,
  { experiment_id, name, runs }: IExperimentItem
): Promise<void> {
  const { experiments, place } = host.lists;
  const with_ = runs
    ? `, with its ${count(runs)} ${runs === 1 ? 'run' : 'runs'}`
    : '';
  const body = `Delete the experiment «${name}»${with_}? It can be restored under «Show deleted experiments».`;
  if (await host.ask.confirm('Delete experiment', body, 'Delete')) {
    if (await experiments.remove(experiment_id)) {
      const { scope } = place.snapshot;
      if (scope.kind === 'experiment' && scope.id === experiment_id) {
        place.chooseScope(ALL);
      }
    }
  }
}

export async function restore(
  host: IHost,
  { experiment_id }: IExperimentItem
): Promise<void> {
  if (await host.lists.experiments.restore(experiment_id)) {
    host.lists.place.chooseScope(ALL);
  }
}

/** What F2 and Delete do to a line of the tree. */
export function act(host: IHost, row: ITreeRow, key: 'F2' | 'Delete'): void {
  const { experiment } = row;
  if (!experiment) {
    return;
  }
  if (host.lists.experiments.snapshot.deleted) {
    return;
  }
  void (key === 'F2' ? rename(host, experiment) : remove(host, experiment));
}
