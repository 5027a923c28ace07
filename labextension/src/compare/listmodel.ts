/** A list of many runs in an output: which they are, what is known of them, and which are selected. */

import type { Api } from '../api';
import { asRequestError, type RequestError } from '../request';
import type { IKeys, IRow, StoreName } from '../runs';
import { STARTED } from '../sidebar/columnset';
import { DURATION } from '../state/query';
import { VIEW_MS } from '../state/lists';
import { Observed } from '../state/observed';
import { ViewState } from '../state/view';
import type { IWatched } from '../state/watch';
import type { IFollowed } from './following';
import { gone } from './model';
import type { IListed, ISaved } from './saved';
import { keysOf, rowsOf } from './snapshot';
import { NOWHERE, viewedOf } from './viewed';

/** Rows of a page. */
const PAGE = 1000;

export interface IList {
  readonly store: StoreName | null;
  readonly rows: readonly IRow[];
  /** Ids of columns that are shown until somebody chooses. */
  readonly columns: readonly string[];
  /** The order that the line has asked for; `null`: that of the view holds. */
  readonly order: string | null;
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
      columns: [STARTED, DURATION, ...keysOf(saved)],
      order: query.orderBy,
      filter: query.filter,
      asOf: saved.at,
      selected: new Set()
    });
    this._query = query;
    this.view = new ViewState(_api);
    void this.view.show(NOWHERE);
    this.view.changed.connect(this._onView, this);
  }

  /** How the runs are looked at. */
  readonly view: ViewState;

  override dispose(): void {
    this.view.changed.disconnect(this._onView, this);
    this.view.dispose();
    super.dispose();
  }

  get watched(): readonly IWatched[] {
    const { store } = this.snapshot;
    const { experimentIds } = this._query;
    return store === null ? [] : [{ store, experimentIds }];
  }

  select(selected: ReadonlySet<string>): void {
    this.update({ selected });
  }

  setFilter(filter: string): void {
    this.update({ filter });
    void this.refresh();
  }

  setColumns(columns: readonly string[]): void {
    this.view.change({ columns: [...columns] });
  }

  /** @param sort - As a view keeps it; `null`: as the line has it. */
  setSort(sort: string | null): void {
    this.update({ order: sort === null ? this._query.orderBy : null });
    this.view.change({ sort });
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

  /** @param all - Also how others look at them now. */
  async refresh(all = false): Promise<void> {
    if (this.isDisposed) {
      return;
    }
    const request = ++this._request;
    this._asked = null;
    this.update({ busy: true });
    try {
      const store = this.snapshot.store ?? (await this._find());
      const { experimentIds } = this._query;
      if (experimentIds) {
        await this._look(store, experimentIds, all);
      }
      const rows: IRow[] = [];
      const columns = this._columns();
      let token: string | null = null;
      do {
        const page = await this._page(store, columns, token, rows.length);
        if (this._isOver(request)) {
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
      if (!experimentIds) {
        const ids = rows.map(one => one.experiment_id);
        await this._look(store, ids, all);
      }
    } catch (reason) {
      if (request === this._request) {
        this.update({ error: asRequestError(reason), busy: false });
      }
    }
  }

  /** Is something else wanted by now? */
  private _isOver(request: number): boolean {
    return request !== this._request || this.isDisposed;
  }

  /** Is the list still the one that the notebook was saved with? */
  private _isFirst(): boolean {
    const { filter, rows } = this.snapshot;
    return rows.length > 0 && filter === this._query.filter;
  }

  /** Look at runs as their experiment says, which may say so too late. */
  private async _look(
    store: StoreName,
    experimentIds: readonly string[],
    again: boolean
  ): Promise<void> {
    const viewed = viewedOf(store, experimentIds);
    if (viewed.key !== this._viewed || again) {
      this._viewed = viewed.key;
      const late = new Promise(resolve => setTimeout(resolve, VIEW_MS));
      await Promise.race([this.view.show(viewed), late]);
    }
  }

  private _onView(): void {
    if (this._asked !== null && this._asked !== this._columns().join('\n')) {
      void this.refresh();
    }
  }

  /** What the server is asked for. */
  private _columns(): string[] {
    const { columns } = this.view.snapshot.view;
    return (columns ?? this.snapshot.columns).filter(
      id => !id.startsWith('attributes.')
    );
  }

  private async _page(
    store: StoreName,
    columns: readonly string[],
    token: string | null,
    known: number
  ): Promise<{ items: IRow[]; next_page_token: string | null }> {
    const { experimentIds, notebook, cellIds, orderBy, max } = this._query;
    this._asked = columns.join('\n');
    const { value } = await this._api.runs(store, {
      experiment_ids: experimentIds,
      cell_ids: cellIds,
      ...{ notebook, order_by: orderBy, top_level: false },
      filter: this.snapshot.filter,
      columns,
      max_results: Math.min(PAGE, max - known),
      page_token: token
    });
    return value;
  }

  private readonly _query: IListed;
  private _request = 0;
  /** Columns asked for; `null`: that is about to be known. */
  private _asked: string | null = null;
  private _viewed = '';
}
