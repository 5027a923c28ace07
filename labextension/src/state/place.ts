/** Where the user is in the sidebar: which store, which experiments, which page in place of the lists. */

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

/** A registered model that is shown there. */
export interface IShownModel {
  readonly store: StoreName;
  readonly name: string;
}

/** What is shown in place of the lists: one of them, or neither. */
export interface IShown {
  readonly run: IShownRun | null;
  readonly model: IShownModel | null;
}

const LISTS: IShown = { run: null, model: null };

export interface IPlaceSnapshot extends IShown {
  readonly store: StoreName;
  readonly scope: Scope;
  /** The page that «Back» leads to; `null`: to the lists. */
  readonly before: IShown | null;
}

/** What is worth remembering of where the user is. */
export interface IWhereabouts {
  /** The store that the user chose; `null`: that of the notebook in front. */
  readonly store: StoreName | null;
  /** What was listed of each store that was looked at, the last one last. */
  readonly scopes: readonly (readonly [StoreName, Scope])[];
  readonly run: IShownRun | null;
  readonly model: IShownModel | null;
}

/** Stores whose scope is remembered: every kernel may have one of its own. */
export const STORES = 20;

export class Place extends Observed<IPlaceSnapshot> {
  constructor() {
    super({ store: WORKSPACE, scope: ALL, before: null, ...LISTS });
  }

  /** The store that the user sees: that of the page, or of the lists. */
  get storeInView(): StoreName {
    const { store, run, model } = this.snapshot;
    return (run ?? model)?.store ?? store;
  }

  get whereabouts(): IWhereabouts {
    const { store, run, model } = this.snapshot;
    const scopes = [...this._scopes].slice(-STORES);
    return { store: this._chosen ? store : null, scopes, run, model };
  }

  /** Go back to where the user was when the page was left; not if they have gone somewhere since. */
  restore({ store, scopes, run, model }: IWhereabouts): void {
    if (this._moved) {
      return;
    }
    this._remembered = true;
    for (const [name, scope] of scopes) {
      this._scopes.set(name, scope);
    }
    this._chosen = store !== null;
    this._turnTo(store ?? this.snapshot.store);
    this.update({ run, model: run ? null : model, before: null });
  }

  /** The server knows these stores: one that was only remembered may not be among them any more. */
  knowStores(stores: readonly StoreName[]): void {
    if (this._remembered && !stores.includes(this.snapshot.store)) {
      this._chosen = false;
    }
  }

  /** The store has these and no others: what was only remembered may be gone. */
  knowScopes(isThere: (scope: Scope) => boolean): void {
    if (this._remembered && !isThere(this.snapshot.scope)) {
      this.update({ scope: ALL });
    }
  }

  /** The store of the notebook in front; shown until the user chooses one. */
  followStore(store: StoreName): void {
    if (!this._chosen && store !== this.snapshot.store) {
      this._turnTo(store);
    }
  }

  chooseStore(store: StoreName): void {
    this._move();
    this._chosen = true;
    if (store !== this.snapshot.store) {
      this._turnTo(store, { before: null, ...LISTS });
    }
  }

  chooseScope(scope: Scope): void {
    this._move();
    this._keep(this.snapshot.store, scope);
    if (!sameScope(scope, this.snapshot.scope)) {
      this.update({ scope });
    }
  }

  openExperiment(store: StoreName, id: string): void {
    this._move();
    this._chosen ||= store !== this.snapshot.store;
    const scope: Scope = { kind: 'experiment', id };
    this._keep(store, scope);
    this.update({ store, scope, before: null, ...LISTS });
  }

  openRun(store: StoreName, runId: string): void {
    this._open({ run: { store, runId }, model: null });
  }

  openModel(store: StoreName, name: string): void {
    this._open({ run: null, model: { store, name } });
  }

  /** To the model that led to this run, the run that led to this model, or the lists. */
  back(): void {
    this.update({ ...(this.snapshot.before ?? LISTS), before: null });
  }

  private _open(page: IShown): void {
    this._move();
    const { run, model, before } = this.snapshot;
    // A page takes the place of one of its kind: from run to run, «Back» leads to where the first was opened.
    const same = page.run ? run : model;
    this.update({
      ...page,
      before: same ? before : run || model ? { run, model } : null
    });
  }

  /** Each store is shown as it was left. */
  private _turnTo(store: StoreName, part: Partial<IPlaceSnapshot> = {}): void {
    const scope = this._scopes.get(store) ?? ALL;
    this.update({ store, scope, ...part });
  }

  private _keep(store: StoreName, scope: Scope): void {
    this._scopes.delete(store); // a Map keeps its order of insertion
    this._scopes.set(store, scope);
  }

  private _move(): void {
    this._moved = true;
    this._remembered = false;
  }

  private readonly _scopes = new Map<StoreName, Scope>();
  private _chosen = false;
  /** The user has gone somewhere. */
  private _moved = false;
  /** They have not, since what was remembered is shown. */
  private _remembered = false;
}
