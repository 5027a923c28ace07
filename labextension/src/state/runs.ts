/** The list of runs: its pages, the children that were opened, and the pinned ones. */

import type { RequestError } from '../request';
import type { IRow } from '../runs';
import type { IErrorBody } from '../types';
import {
  type Answer,
  Asker,
  type FetchRuns,
  FIRST,
  type IAsked,
  PAGE
} from './asker';
import { join, unique, withRows } from './merge';
import { Observed } from './observed';

/** So many rows that are not on the first page are looked after: pinned, or running. */
const FOLLOWED = 100;

export interface IRunsSnapshot {
  /** Every row that is known: listed, child or pinned. */
  readonly rows: ReadonlyMap<string, IRow>;
  /** Ids from top to bottom, without children; `null`: not known yet. */
  readonly order: readonly string[] | null;
  readonly children: ReadonlyMap<string, readonly string[]>;
  readonly expanded: ReadonlySet<string>;
  readonly pins: readonly string[];
  /** Where the next page begins; `null`: all are there. */
  readonly next: string | null;
  readonly total: number | null;
  /** The rows do not belong to what was asked yet. */
  readonly busy: boolean;
  readonly loadingMore: boolean;
  readonly error: RequestError | null;
  readonly asOf: number | null;
  readonly problem: IErrorBody | null;
}

const EMPTY: IRunsSnapshot = {
  rows: new Map(),
  order: null,
  children: new Map(),
  expanded: new Set(),
  pins: [],
  next: null,
  total: null,
  busy: false,
  loadingMore: false,
  error: null,
  asOf: null,
  problem: null
};

export class RunsState extends Observed<IRunsSnapshot> {
  /** @param fetch - Asks for one page of runs. */
  constructor(fetch: FetchRuns) {
    super(EMPTY);
    this._asker = new Asker(fetch, error => {
      this.update({ error, busy: false, loadingMore: false });
    });
  }

  /** Show another list. What is shown stays until the answer comes, where it has a place there. */
  async show(asked: IAsked): Promise<void> {
    const same = asked.scope === this._asker.asked?.scope;
    this._asker.begin(asked);
    const busy = { busy: true, loadingMore: false };
    const { pins } = this.snapshot;
    this.update(same ? busy : { ...EMPTY, pins, ...busy });
    const answer = await this._asker.page(FIRST, null);
    if (!answer) {
      return;
    }
    const ids = answer.value.items.map(row => row.run_id);
    this._take(answer, {
      order: unique(ids),
      children: new Map(),
      expanded: new Set(),
      next: answer.value.next_page_token,
      busy: false
    });
    await this._lookAfter(ids);
  }

  /** Other runs are chosen. @param coming - They will be asked for; otherwise there are none. */
  leave(coming: boolean): void {
    this._asker.begin(null);
    this.update({ ...EMPTY, order: coming ? null : [], busy: coming });
  }

  /** Ask again for what may have changed. Rows, children and pins stay in place. */
  async refresh(): Promise<void> {
    this._again = true;
    if (this._refreshing) {
      return;
    }
    this._refreshing = true;
    try {
      while (this._again) {
        this._again = false;
        await this._refresh();
      }
    } finally {
      this._refreshing = false;
    }
  }

  /** Load one page more. */
  more(): Promise<void> {
    this._more ??= this._loadMore().finally(() => {
      this._more = null;
    });
    return this._more;
  }

  /** Load all that is left. */
  async all(): Promise<void> {
    const { asked } = this._asker;
    let before: string | null = null;
    while (
      asked === this._asker.asked &&
      this.snapshot.next !== before &&
      !this.isDisposed
    ) {
      before = this.snapshot.next;
      await this.more();
    }
  }

  /** Show or hide the children of a run. */
  async expand(id: string, open: boolean): Promise<void> {
    const expanded = new Set(this.snapshot.expanded);
    if (open) {
      expanded.add(id);
    } else {
      expanded.delete(id);
    }
    this.update({ expanded });
    if (open && !this.snapshot.children.has(id)) {
      await this._loadChildren(id);
    }
  }

  /** Keep these on top. */
  setPins(pins: readonly string[]): void {
    this.update({ pins });
    if (pins.some(id => !this.snapshot.rows.has(id))) {
      void this._lookAfter([...this.snapshot.rows.keys()]);
    }
  }

  /** These are gone from the list. */
  drop(ids: readonly string[]): void {
    const gone = new Set(ids);
    const { order, total, children } = this.snapshot;
    const left = order?.filter(id => !gone.has(id)) ?? null;
    const lost = (order?.length ?? 0) - (left?.length ?? 0);
    const rows = new Map(this.snapshot.rows);
    ids.forEach(id => rows.delete(id));
    this.update({
      rows,
      order: left,
      total: total === null ? null : total - lost,
      children: new Map(
        [...children].map(([id, all]) => [
          id,
          all.filter(one => !gone.has(one))
        ])
      )
    });
  }

  private async _refresh(): Promise<void> {
    const { asked } = this._asker;
    if (!asked || this.snapshot.busy) {
      return;
    }
    if (this.snapshot.order === null) {
      return this.show(asked);
    }
    const head: IRow[] = [];
    let token: string | null = null;
    let joined: string[] | null;
    let answer: Answer | null;
    let ids: string[];
    do {
      answer = await this._asker.page(FIRST, token);
      if (!answer) {
        return;
      }
      head.push(...answer.value.items);
      token = answer.value.next_page_token;
      ids = unique(head.map(row => row.run_id));
      joined = token === null ? ids : join(this.snapshot.order, ids);
    } while (!joined && head.length < this.snapshot.order.length);
    this._take(answer, {
      rows: withRows(this.snapshot.rows, head),
      order: joined ?? ids,
      // Behind the seam nothing was asked: what follows there still does.
      next: joined && token !== null ? this.snapshot.next : token
    });
    if (this._isOff()) {
      await this._reload();
    }
    await this._lookAfter(ids);
    for (const id of this.snapshot.expanded) {
      await this._loadChildren(id);
    }
  }

  /** All are there, but not as many as the store says: runs came or went where the first page doesn't show it. */
  private _isOff(): boolean {
    const { next, total, order } = this.snapshot;
    return next === null && total !== null && total !== order?.length;
  }

  private async _reload(): Promise<void> {
    const all: IRow[] = [];
    let token: string | null = null;
    let answer: Answer | null;
    do {
      answer = await this._asker.page(PAGE, token);
      if (!answer) {
        return;
      }
      all.push(...answer.value.items);
      token = answer.value.next_page_token;
    } while (token !== null);
    this._take(answer, {
      rows: withRows(this.snapshot.rows, all),
      order: unique(all.map(row => row.run_id)),
      next: null
    });
  }

  private async _loadMore(): Promise<void> {
    const { next, busy, order } = this.snapshot;
    if (next === null || busy) {
      return;
    }
    this.update({ loadingMore: true });
    const answer = await this._asker.page(PAGE, next);
    if (answer) {
      const ids = answer.value.items.map(row => row.run_id);
      this._take(answer, {
        order: unique([...(this.snapshot.order ?? order ?? []), ...ids]),
        next: answer.value.next_page_token,
        loadingMore: false
      });
    }
  }

  private async _loadChildren(id: string): Promise<void> {
    const ids: string[] = [];
    let token: string | null = null;
    do {
      const answer: Answer | null = await this._asker.children(id, token);
      if (!answer) {
        return;
      }
      ids.push(...answer.value.items.map(row => row.run_id));
      token = answer.value.next_page_token;
      this.update({
        rows: withRows(this.snapshot.rows, answer.value.items),
        children: new Map([...this.snapshot.children, [id, unique(ids)]])
      });
    } while (token !== null);
  }

  /** Ask for rows that the first page does not tell of: the pinned ones and those still running. */
  private async _lookAfter(seen: readonly string[]): Promise<void> {
    const { rows, pins } = this.snapshot;
    const running = [...rows.values()].filter(row => row.status === 'RUNNING');
    const known = new Set(seen);
    const ids = unique([...pins, ...running.map(row => row.run_id)])
      .filter(id => !known.has(id))
      .slice(0, FOLLOWED);
    const answer = ids.length ? await this._asker.these(ids) : null;
    if (answer) {
      this.update({ rows: withRows(this.snapshot.rows, answer.value.items) });
    }
  }

  private _take(answer: Answer, part: Partial<IRunsSnapshot>): void {
    const { value, asOf, problem } = answer;
    this.update({
      rows: withRows(this.snapshot.rows, value.items),
      total: value.total ?? this.snapshot.total,
      asOf,
      problem,
      error: null,
      ...part
    });
  }

  private readonly _asker: Asker;
  private _more: Promise<void> | null = null;
  private _refreshing = false;
  private _again = false;
}
