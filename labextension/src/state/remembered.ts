/** Where the user was in the sidebar, for the next time that the page is loaded. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { PartialJSONValue } from '@lumino/coreutils';

import { type Bag, isBag, text } from '../live/check';
import type { StoreName } from '../runs';
import type { Lists } from './lists';
import {
  ALL,
  type IShownModel,
  type IShownRun,
  type IWhereabouts,
  type Scope,
  STORES
} from './place';
import { type IFilter, NO_FILTER, STATUSES } from './query';

/** Under which JupyterLab keeps it, in the workspace that the browser's tab shows. */
export const KEY = 'nbtrack:sidebar';

/** Characters; nothing of ours is longer. */
const LONGEST = 5000;

export interface IRemembered extends IWhereabouts {
  readonly filter: IFilter;
  /** Is the list of models open? */
  readonly models: boolean;
}

/** Take the lists back to where they were, and remember from now on where they are. */
export async function remember(lists: Lists, state: IStateDB): Promise<void> {
  const { place, filter, models } = lists;
  const found = await state.fetch(KEY).catch(() => undefined);
  if (lists.isDisposed) {
    return;
  }
  const before = readRemembered(found);
  place.restore(before);
  if (filter.snapshot.written === NO_FILTER) {
    filter.set(before.filter);
  }
  if (before.models) {
    models.setOpen(true);
  }
  let kept = '';
  const keep = () => {
    const now: IRemembered = {
      ...place.whereabouts,
      filter: filter.snapshot.applied,
      models: models.snapshot.open
    };
    const written = JSON.stringify(now);
    if (written !== kept) {
      kept = written;
      // Whoever can't keep it forgets it: that is all.
      state
        .save(KEY, JSON.parse(written) as PartialJSONValue)
        .catch(() => undefined);
    }
  };
  place.changed.connect(keep);
  filter.changed.connect(keep);
  models.changed.connect(keep);
}

/** Read what a page has kept: an older one, or one that somebody else has written. What does not fit is left out. */
export function readRemembered(value: unknown): IRemembered {
  const kept = isBag(value) ? value : {};
  return {
    store: word(kept['store']),
    scopes: readScopes(kept['scopes']),
    run: readRun(kept['run']),
    model: readModel(kept['model']),
    filter: readFilter(kept['filter']),
    models: kept['models'] === true
  };
}

function readScopes(value: unknown): [StoreName, Scope][] {
  const pairs: unknown[] = Array.isArray(value) ? value.slice(-STORES) : [];
  return pairs.flatMap(pair => {
    const [name, scope] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const store = word(name);
    return store === null || !isBag(scope) ? [] : [[store, readScope(scope)]];
  });
}

function readScope({ kind, id, path }: Bag): Scope {
  const [experiment, folder] = [word(id), word(path)];
  if (kind === 'experiment' && experiment !== null) {
    return { kind, id: experiment };
  }
  return kind === 'folder' && folder !== null ? { kind, path: folder } : ALL;
}

function readRun(value: unknown): IShownRun | null {
  const run = isBag(value) ? value : {};
  const [store, runId] = [word(run['store']), word(run['runId'])];
  return store === null || runId === null ? null : { store, runId };
}

function readModel(value: unknown): IShownModel | null {
  const model = isBag(value) ? value : {};
  const [store, name] = [word(model['store']), word(model['name'])];
  return store === null || name === null ? null : { store, name };
}

function readFilter(value: unknown): IFilter {
  const filter = isBag(value) ? value : {};
  const { mine, notebook, deleted } = filter;
  return {
    text: text(filter['text']).slice(0, LONGEST),
    status: STATUSES.find(one => one === filter['status']) ?? '',
    mine: mine === true,
    notebook: notebook === true,
    deleted: deleted === true
  };
}

/** A name, an id or a path. */
function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST
    ? value
    : null;
}
