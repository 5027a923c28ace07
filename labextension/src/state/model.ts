/** One registered model as its page shows it: what is known of it, and its versions. */

import type { ISignal } from '@lumino/signaling';

import type { IStoreChanged } from '../events';
import type {
  IModelChange,
  IModelDetail,
  IModelQuery,
  IModelVersion
} from '../models';
import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IPage, StoreName } from '../runs';
import type { IErrorBody } from '../types';
import { Observed } from './observed';

/** Versions that are asked for at once. */
export const VERSIONS = 50;

/** Between two answers that nobody asked for, in ms. */
export const GAP = 3000;
/** A store that did not answer is asked again after so long: nothing tells when it is back. */
export const RETRY = 5000;

/** What the state asks of the server; `Api` is the one for JupyterLab. */
export interface IModelSource {
  model(store: StoreName, name: string): Promise<IAnswer<IModelDetail>>;
  modelVersions(
    store: StoreName,
    name: string,
    runIds: null,
    page: Omit<IModelQuery, 'query'>
  ): Promise<IAnswer<IPage<IModelVersion>>>;
  updateModel(
    store: StoreName,
    name: string,
    change: IModelChange
  ): Promise<void>;
  updateVersion(
    store: StoreName,
    name: string,
    version: string,
    change: IModelChange
  ): Promise<void>;
  setAlias(
    store: StoreName,
    name: string,
    alias: string,
    version: string | null,
    expected: string | null
  ): Promise<void>;
  deleteVersion(store: StoreName, name: string, version: string): Promise<void>;
  deleteModel(store: StoreName, name: string): Promise<void>;
}

/** Never changed in place: a new one is made. */
export interface IModelSnapshot {
  /** The last good answer. */
  readonly detail: IModelDetail | null;
  /** The newest first; `null`: not known yet. */
  readonly versions: readonly IModelVersion[] | null;
  /** Where the next page of them begins; `null`: all are there. */
  readonly next: string | null;
  readonly total: number | null;
  /** Versions that the user has chosen to compare. */
  readonly selected: ReadonlySet<string>;
  /** What was just done, in words. */
  readonly said: string;
  /** When the last good answer was given, if the store does not answer now. */
  readonly asOf: number | null;
  readonly problem: IErrorBody | null;
  /** Why the last request failed. */
  readonly error: RequestError | null;
  readonly busy: boolean;
  readonly loadingMore: boolean;
}

const NOTHING: IModelSnapshot = {
  detail: null,
  versions: null,
  next: null,
  total: null,
  selected: new Set(),
  said: '',
  asOf: null,
  problem: null,
  error: null,
  busy: false,
  loadingMore: false
};

type Versions = Pick<IModelSnapshot, 'versions' | 'next' | 'total'>;

export class ModelState extends Observed<IModelSnapshot> {
  constructor(
    private readonly _source: IModelSource,
    private readonly _changes: ISignal<unknown, IStoreChanged>,
    readonly store: StoreName,
    readonly name: string
  ) {
    super(NOTHING);
    _changes.connect(this._onStoreChanged, this);
  }

  override dispose(): void {
    this._request += 1;
    clearTimeout(this._timer);
    this._changes.disconnect(this._onStoreChanged, this);
    super.dispose();
  }

  /** Tell whether the page can be seen: a hidden one asks nothing. */
  setVisible(visible: boolean): void {
    this._visible = visible;
    if (!visible) {
      clearTimeout(this._timer);
      this._timer = undefined;
    } else if (this._stale) {
      void this.refresh();
    }
  }

  /** Ask now, for as many versions as are shown. The answer of the newest request wins, whichever arrives last. */
  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._stale = false;
    const request = ++this._request;
    this.update({ busy: true, loadingMore: false });
    let part: Partial<IModelSnapshot>;
    try {
      const [answer, versions] = await Promise.all([
        this._source.model(this.store, this.name),
        this._versions(this.snapshot.versions?.length ?? 0)
      ]);
      const { value: detail, asOf, problem } = answer;
      part = { detail, asOf, problem, error: null, ...versions };
    } catch (reason) {
      part = { error: asRequestError(reason) };
    }
    if (request === this._request) {
      this._answered = Date.now();
      this.update({ ...part, busy: false });
      this._forgetGone();
      const { asOf, error } = this.snapshot;
      if (asOf !== null || (error && error.status !== 404)) {
        this._wanted(RETRY);
      }
    }
  }

  /** Load one page of versions more. */
  async more(): Promise<void> {
    const { next, versions, busy, loadingMore } = this.snapshot;
    if (next === null || !versions || busy || loadingMore) {
      return;
    }
    const request = ++this._request;
    this.update({ loadingMore: true });
    let part: Partial<IModelSnapshot>;
    try {
      const { value } = await this._page(next);
      part = taken([...versions, ...value.items], value);
    } catch (reason) {
      part = { error: asRequestError(reason) };
    }
    if (request === this._request) {
      this.update({ ...part, loadingMore: false });
    }
  }

  /** Choose a version to compare, or no longer. */
  select(version: string, chosen: boolean): void {
    const selected = new Set(this.snapshot.selected);
    if (chosen) {
      selected.add(version);
    } else {
      selected.delete(version);
    }
    this.update({ selected });
  }

  /**
   * Change the model, or one of its versions, and show what came of it.
   *
   * @param version - `null`: the model itself.
   * @throws RequestError - With `current`, if the store has another value than was expected.
   */
  async change(version: string | null, change: IModelChange): Promise<void> {
    const { _source, store, name } = this;
    await (version === null
      ? _source.updateModel(store, name, change)
      : _source.updateVersion(store, name, version, change));
    await this.refresh();
  }

  /**
   * Put an alias at a version, or take it away, and show what came of it.
   *
   * @throws RequestError - If it is not where it is believed to be.
   */
  async setAlias(
    alias: string,
    version: string | null,
    expected: string | null
  ): Promise<void> {
    const { store, name } = this;
    this.update({ said: '' });
    await this._source.setAlias(store, name, alias, version, expected);
    this.update({ said: moved(alias, expected, version) });
    await this.refresh();
  }

  /** Delete a version for good. */
  async deleteVersion(version: string): Promise<void> {
    await this._source.deleteVersion(this.store, this.name, version);
    await this.refresh();
  }

  /** Delete the model for good; there is nothing left to show. */
  async delete(): Promise<void> {
    await this._source.deleteModel(this.store, this.name);
  }

  private _page(token: string | null): Promise<IAnswer<IPage<IModelVersion>>> {
    const page = { max_results: VERSIONS, page_token: token };
    return this._source.modelVersions(this.store, this.name, null, page);
  }

  /** @param wanted - How many at least, if there are so many. */
  private async _versions(wanted: number): Promise<Versions> {
    const items: IModelVersion[] = [];
    let token: string | null = null;
    let answer: IAnswer<IPage<IModelVersion>>;
    do {
      answer = await this._page(token);
      items.push(...answer.value.items);
      token = answer.value.next_page_token;
    } while (token !== null && items.length < wanted);
    return taken(items, answer.value);
  }

  /** What was deleted is not to be compared any more. */
  private _forgetGone(): void {
    const { versions, selected } = this.snapshot;
    const there = new Set(versions?.map(one => one.version));
    const left = [...selected].filter(one => there.has(one));
    if (left.length < selected.size) {
      this.update({ selected: new Set(left) });
    }
  }

  private _onStoreChanged(_: unknown, { store }: IStoreChanged): void {
    if (store === this.store) {
      this._wanted(Math.max(0, this._answered + GAP - Date.now()));
    }
  }

  private _wanted(delay: number): void {
    this._stale = true;
    if (this._visible && !this.isDisposed) {
      this._timer ??= setTimeout(() => {
        void this.refresh();
      }, delay);
    }
  }

  private _visible = false;
  private _stale = true;
  private _request = 0;
  private _answered = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

function taken(
  items: readonly IModelVersion[],
  { next_page_token, total }: IPage<IModelVersion>
): Versions {
  // One that came meanwhile has pushed the last of a page onto the next.
  const versions = new Map(items.map(one => [one.version, one]));
  return { versions: [...versions.values()], next: next_page_token, total };
}

function moved(alias: string, from: string | null, to: string | null): string {
  if (to === null) {
    return `${alias} was removed from version ${from ?? ''}.`;
  }
  return from === null
    ? `${alias} is version ${to} now.`
    : `${alias} moved from version ${from} to version ${to}.`;
}
