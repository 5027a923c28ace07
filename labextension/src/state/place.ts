/** Where the user is in the sidebar: which store, which experiments, which run. */

import { type StoreName, WORKSPACE } from '../runs';
import { Observed } from './observed';

/** Whose runs are listed: of all experiments, of one, or of all below a folder-like name. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'experiment'; readonly id: string }
  | { readonly kind: 'folder'; readonly path: string };

export const ALL: Scope = { kind: 'all' };

export function sameScope(one: Scope, other: Scope): boolean {
  return scopeKey(one) === scopeKey(other);
}

export function scopeKey(scope: Scope): string {
  switch (scope.kind) {
    case 'all':
      return 'all';
    case 'experiment':
      return `experiment ${scope.id}`;
    case 'folder':
      return `folder ${scope.path}`;
  }
}

/** A run that is shown in place of the lists. */
export interface IShownRun {
  readonly store: StoreName;
  readonly runId: string;
}

export interface IPlaceSnapshot {
  readonly store: StoreName;
  readonly scope: Scope;
  readonly run: IShownRun | null;
}

export class Place extends Observed<IPlaceSnapshot> {
  constructor() {
    super({ store: WORKSPACE, scope: ALL, run: null });
  }

  /** The store of the notebook in front; shown until the user chooses one. */
  followStore(store: StoreName): void {
    if (!this._chosen && store !== this.snapshot.store) {
      this.update({ store, scope: ALL });
    }
  }

  chooseStore(store: StoreName): void {
    this._chosen = true;
    if (store !== this.snapshot.store) {
      this.update({ store, scope: ALL, run: null });
    }
  }

  chooseScope(scope: Scope): void {
    if (!sameScope(scope, this.snapshot.scope)) {
      this.update({ scope });
    }
  }

  openExperiment(store: StoreName, id: string): void {
    this._chosen ||= store !== this.snapshot.store;
    this.update({ store, scope: { kind: 'experiment', id }, run: null });
  }

  openRun(store: StoreName, runId: string): void {
    this.update({ run: { store, runId } });
  }

  back(): void {
    this.update({ run: null });
  }

  private _chosen = false;
}
