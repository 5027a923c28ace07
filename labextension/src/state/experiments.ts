/** The experiments of the store in view. */

import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IExperimentItem, IPage, StoreName } from '../runs';
import type { IErrorBody } from '../types';
import { Observed } from './observed';
import { folders } from './tree';

const PAGE = 1000;

/** With so few, all folders stand open. */
const FEW = 40;

/** What the state asks of the server; `Api` is the one for JupyterLab. */
export interface IExperimentSource {
  experiments(
    store: StoreName,
    query: { deleted: boolean; max_results: number; page_token: string | null }
  ): Promise<IAnswer<IPage<IExperimentItem>>>;
  createExperiment(store: StoreName, name: string): Promise<string>;
  renameExperiment(store: StoreName, id: string, name: string): Promise<void>;
  deleteExperiment(store: StoreName, id: string): Promise<void>;
  restoreExperiment(store: StoreName, id: string): Promise<void>;
}

export interface IExperimentsSnapshot {
  /** `null`: not known yet. */
  readonly items: readonly IExperimentItem[] | null;
  /** Show the deleted ones in place of the others. */
  readonly deleted: boolean;
  readonly query: string;
  /** Folders that the user opened or closed. */
  readonly toggled: ReadonlyMap<string, boolean>;
  readonly busy: boolean;
  readonly error: RequestError | null;
  readonly asOf: number | null;
  readonly problem: IErrorBody | null;
  /** Why the last action failed. */
  readonly failed: RequestError | null;
}

const NOTHING: IExperimentsSnapshot = {
  items: null,
  deleted: false,
  query: '',
  toggled: new Map(),
  busy: false,
  error: null,
  asOf: null,
  problem: null,
  failed: null
};

export class ExperimentsState extends Observed<IExperimentsSnapshot> {
  constructor(private readonly _source: IExperimentSource) {
    super(NOTHING);
  }

  /** Show another store. Asks nothing yet. */
  setStore(store: StoreName): void {
    if (store !== this._store) {
      this._store = store;
      this._request += 1;
      this.update(NOTHING);
    }
  }

  async refresh(): Promise<void> {
    const request = ++this._request;
    const { deleted } = this.snapshot;
    this.update({ busy: true });
    try {
      const items: IExperimentItem[] = [];
      let token: string | null = null;
      let answer: IAnswer<IPage<IExperimentItem>>;
      do {
        answer = await this._source.experiments(this._store, {
          deleted,
          max_results: PAGE,
          page_token: token
        });
        if (request !== this._request) {
          return;
        }
        items.push(...answer.value.items);
        token = answer.value.next_page_token;
      } while (token !== null);
      const { asOf, problem } = answer;
      this.update({ items, asOf, problem, error: null, busy: false });
    } catch (reason) {
      if (request === this._request) {
        this.update({ error: asRequestError(reason), busy: false });
      }
    }
  }

  search(query: string): void {
    this.update({ query });
  }

  /** Is this folder open? */
  isExpanded(path: string): boolean {
    const { toggled, items } = this.snapshot;
    return toggled.get(path) ?? (items?.length ?? 0) <= FEW;
  }

  expand(path: string, open: boolean): void {
    this.update({ toggled: new Map([...this.snapshot.toggled, [path, open]]) });
  }

  /** Open all folders that lead to this name. */
  reveal(name: string): void {
    const toggled = new Map(this.snapshot.toggled);
    for (const path of folders(name)) {
      toggled.set(path, true);
    }
    this.update({ toggled });
  }

  find(id: string): IExperimentItem | null {
    return this.snapshot.items?.find(one => one.experiment_id === id) ?? null;
  }

  named(name: string): IExperimentItem | null {
    return this.snapshot.items?.find(one => one.name === name) ?? null;
  }

  showDeleted(deleted: boolean): void {
    this.update({ deleted, items: null, failed: null, query: '' });
    void this.refresh();
  }

  /** @returns The id, or `null` where it failed. */
  async create(name: string): Promise<string | null> {
    const made: string[] = [];
    await this._act(async () => {
      made.push(await this._source.createExperiment(this._store, name));
    });
    const id = made[0] ?? null;
    if (id !== null) {
      this.update({ query: '' });
      this.reveal(name);
    }
    return id;
  }

  rename(id: string, name: string): Promise<boolean> {
    return this._act(() =>
      this._source.renameExperiment(this._store, id, name)
    );
  }

  remove(id: string): Promise<boolean> {
    return this._act(() => this._source.deleteExperiment(this._store, id));
  }

  restore(id: string): Promise<boolean> {
    return this._act(() => this._source.restoreExperiment(this._store, id));
  }

  forgetFailure(): void {
    this.update({ failed: null });
  }

  private async _act(action: () => Promise<void>): Promise<boolean> {
    this.update({ failed: null });
    try {
      await action();
    } catch (reason) {
      this.update({ failed: asRequestError(reason) });
      return false;
    }
    await this.refresh();
    return true;
  }

  private _store: StoreName = '';
  private _request = 0;
}
