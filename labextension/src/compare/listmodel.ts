/** A list of many runs in an output: which they are, what is known of them, and which are selected. */

import type { Api } from '../api';
import { asRequestError, type RequestError } from '../request';
import type { IKeys, IRow, StoreName, Value } from '../runs';
import { Observed } from '../state/observed';
import type { IWatched } from '../state/watch';
import type { IFollowed } from './following';
import { gone } from './model';
import type { IListed, ISaved } from './saved';

/** Rows of a page. */
const PAGE = 1000;
/** Columns from the start. */
const FIRST = 12;

export interface IList {
  readonly store: StoreName | null;
  readonly rows: readonly IRow[];
  /** Names of columns: `params.lr`. */
  readonly columns: readonly string[];
  /** In MLflow's language. */
  readonly filter: string;
  /** All keys that there are; `null`: not asked for. */
  readonly keys: IKeys | null;
  readonly busy: boolean;
  readonly asOf: number | null;
  readonly error: RequestError | null;
  readonly selected: ReadonlySet<string>;
}

const NOTHING: IListed = {
  ...{ experimentIds: null, notebook: null, cellIds: null },
  ...{ filter: '', orderBy: null, max: PAGE }
};

export class ListModel extends Observed<IList> implements IFollowed {
  constructor(
    private readonly _api: Api,
    private readonly _find: () => Promise<StoreName>,
    saved: ISaved
  ) {
    const query = saved.query ?? NOTHING;
    super({
      ...{ store: null, keys: null, busy: false, error: null },
      rows: rowsOf(saved),
      columns: columnsOf(saved),
      filter: query.filter,
      asOf: saved.at,
      selected: new Set()
    });
    this._query = query;
  }

  get watched(): IWatched | null {
    const { store } = this.snapshot;
    const { experimentIds } = this._query;
    return store === null ? null : { store, experimentIds };
  }

  select(selected: ReadonlySet<string>): void {
    this.update({ selected });
  }

  setFilter(filter: string): void {
    this.update({ filter });
    void this.refresh();
  }

  setColumns(columns: readonly string[]): void {
    this.update({ columns });
    void this.refresh();
  }

  /** Ask for the names of all columns that there are. */
  async wantKeys(): Promise<void> {
    const { store, keys } = this.snapshot;
    if (store === null || keys) {
      return;
    }
    try {
      const { value } = await this._api.keys(store, this._query.experimentIds);
      this.update({ keys: value });
    } catch (reason) {
      this.update({ error: asRequestError(reason) });
    }
  }

  async refresh(): Promise<void> {
    if (this.isDisposed) {
      return;
    }
    const request = ++this._request;
    this.update({ busy: true });
    try {
      const store = this.snapshot.store ?? (await this._find());
      const rows: IRow[] = [];
      let token: string | null = null;
      do {
        const page = await this._page(store, token, rows.length);
        if (request !== this._request) {
          return; // something else is wanted by now
        }
        rows.push(...page.items);
        if (!rows.length && this.snapshot.asOf !== null && this._isFirst()) {
          throw gone();
        }
        token = page.next_page_token;
        const first =
          this.snapshot.asOf !== null || this.snapshot.store === null;
        if (first || rows.length > this.snapshot.rows.length) {
          this.update({ store, rows: [...rows], asOf: null, error: null });
        }
      } while (token !== null && rows.length < this._query.max);
      this.update({ store, rows, asOf: null, error: null, busy: false });
    } catch (reason) {
      if (request === this._request) {
        this.update({ error: asRequestError(reason), busy: false });
      }
    }
  }

  /** Is the list still the one that the notebook was saved with? */
  private _isFirst(): boolean {
    const { filter, rows } = this.snapshot;
    return rows.length > 0 && filter === this._query.filter;
  }

  private async _page(
    store: StoreName,
    token: string | null,
    known: number
  ): Promise<{ items: IRow[]; next_page_token: string | null }> {
    const { experimentIds, notebook, cellIds, orderBy, max } = this._query;
    const { value } = await this._api.runs(store, {
      experiment_ids: experimentIds,
      cell_ids: cellIds,
      ...{ notebook, order_by: orderBy, top_level: false },
      filter: this.snapshot.filter,
      columns: this.snapshot.columns,
      max_results: Math.min(PAGE, max - known),
      page_token: token
    });
    return value;
  }

  private readonly _query: IListed;
  private _request = 0;
}

/** The keys that most runs of the snapshot have; metrics first. */
function columnsOf({ compared }: ISaved): string[] {
  const names = (['metrics', 'params'] as const).map(group =>
    Object.entries<(Value | null)[]>(compared?.[group] ?? {})
      .map(([key, values]) => ({
        id: `${group}.${key}`,
        isSystem: key.startsWith('system/'),
        count: values.filter(value => value !== null).length
      }))
      .filter(({ isSystem }) => !isSystem)
      .sort((one, other) => other.count - one.count)
      .slice(0, FIRST / 2)
      .map(({ id }) => id)
  );
  return names.flat();
}

/** What a notebook keeps, as rows. */
function rowsOf({ compared }: ISaved): IRow[] {
  return (compared?.runs ?? []).map((run, i) => ({
    ...run,
    ...{ user: null, children: null, models: null, metric: null },
    execution: null,
    values: Object.fromEntries(
      (['metrics', 'params', 'tags'] as const).flatMap(group =>
        Object.entries<(Value | null)[]>(compared?.[group] ?? {}).flatMap(
          ([key, values]) => {
            const value = values[i] ?? null;
            return value === null ? [] : [[`${group}.${key}`, value] as const];
          }
        )
      )
    )
  }));
}
