/** The registered models of the store in view: asked for while their list is open and somebody looks. */

import type { IModelQuery, IRegisteredModel } from '../models';
import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IPage, StoreName } from '../runs';
import type { IErrorBody } from '../types';
import { Observed } from './observed';

/** Models that are asked for at once. */
export const PAGE = 100;

/** Between two answers that nobody asked for, in ms: models change seldom, and their store may do so all the time. */
export const GAP = 3000;

/** After the last letter of a search, in ms. */
export const PAUSE = 250;

type Answer = IAnswer<IPage<IRegisteredModel>>;

/** What the state asks of the server; `Api` is the one for JupyterLab. */
export interface IModelsSource {
  models(store: StoreName, query: IModelQuery): Promise<Answer>;
}

export interface IModelsSnapshot {
  readonly open: boolean;
  /** `null`: not known yet. */
  readonly items: readonly IRegisteredModel[] | null;
  /** Part of the name, as it is written. */
  readonly query: string;
  /** The same of those that are listed. */
  readonly found: string;
  /** Where the next page begins; `null`: all are there. */
  readonly next: string | null;
  readonly total: number | null;
  /** Latest versions that the user has had before their eyes, by model: another one is new. */
  readonly seen: ReadonlyMap<string, string | null>;
  readonly busy: boolean;
  readonly loadingMore: boolean;
  readonly error: RequestError | null;
  readonly asOf: number | null;
  readonly problem: IErrorBody | null;
}

const NOTHING: Omit<IModelsSnapshot, 'open'> = {
  items: null,
  query: '',
  found: '',
  next: null,
  total: null,
  seen: new Map(),
  busy: false,
  loadingMore: false,
  error: null,
  asOf: null,
  problem: null
};

export class ModelsState extends Observed<IModelsSnapshot> {
  /** @param _looked - Does anybody look at the lists, and is the server there? */
  constructor(
    private readonly _source: IModelsSource,
    private readonly _looked: () => boolean
  ) {
    super({ open: false, ...NOTHING });
  }

  override dispose(): void {
    this._request += 1;
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Show another store's. Asks nothing yet. */
  setStore(store: StoreName): void {
    if (store !== this._store) {
      this._store = store;
      this._request += 1;
      this._answered = 0;
      clearTimeout(this._timer);
      this._timer = undefined;
      this.update(NOTHING);
    }
  }

  setOpen(open: boolean): void {
    this.update({ open });
    if (open) {
      void this.refresh();
    }
  }

  /** What is shown may be old. */
  due(): void {
    const { error, asOf, busy, loadingMore } = this.snapshot;
    this._again = busy || loadingMore;
    if (this._again || this._timer !== undefined) {
      return; // What is under way is not begun anew: a slow store would never come to its end.
    }
    const unwell = error !== null || asOf !== null;
    const wait = unwell ? 0 : this._answered + GAP - Date.now();
    if (wait <= 0) {
      void this.refresh();
    } else {
      this._later(wait);
    }
  }

  /** Ask again for as many as are listed, unless nobody looks. */
  async refresh(): Promise<void> {
    const { open, items } = this.snapshot;
    if (!open || !this._looked()) {
      return;
    }
    clearTimeout(this._timer);
    this._timer = undefined;
    await this._ask(items?.length ?? 0);
  }

  search(query: string): void {
    this.update({ query });
    this._later(PAUSE);
  }

  /** Load one page more. */
  async more(): Promise<void> {
    const { next, items, loadingMore, busy } = this.snapshot;
    if (next === null || loadingMore || busy || !items) {
      return;
    }
    const request = ++this._request;
    this.update({ loadingMore: true });
    const answer = await this._page(request, this.snapshot.found, next);
    if (answer) {
      const { value } = answer;
      this._take(answer, [...items, ...value.items], value.items);
    }
  }

  /** Has it a version that was not there when the list was last looked through? */
  isNew({ name, latest }: IRegisteredModel): boolean {
    const { seen } = this.snapshot;
    return latest !== null && seen.get(name) !== latest.version;
  }

  /** The user looks at this one. */
  see(name: string): void {
    const one = this.snapshot.items?.find(item => item.name === name);
    if (one) {
      this.update({ seen: this._with([one]) });
    }
  }

  /** @param wanted - How many. */
  private async _ask(wanted: number): Promise<void> {
    const request = ++this._request;
    const found = this.snapshot.query.trim();
    // What comes by itself is new; what another search brings to light is not.
    const again = this.snapshot.items !== null && found === this.snapshot.found;
    this.update({ busy: true, loadingMore: false });
    const items: IRegisteredModel[] = [];
    let token: string | null = null;
    let answer: Answer | null;
    do {
      answer = await this._page(request, found, token);
      if (!answer) {
        return;
      }
      items.push(...answer.value.items);
      token = answer.value.next_page_token;
    } while (token !== null && items.length < wanted);
    this.update({ found });
    this._take(answer, items, again ? [] : items);
  }

  /** @returns `null` where it failed, or something else was asked meanwhile. */
  private async _page(
    request: number,
    query: string,
    token: string | null
  ): Promise<Answer | null> {
    try {
      const answer = await this._source.models(this._store, {
        ...(query && { query }),
        max_results: PAGE,
        page_token: token
      });
      return request === this._request ? answer : null;
    } catch (reason) {
      if (request === this._request) {
        this._answered = Date.now();
        const error = asRequestError(reason);
        this.update({ error, busy: false, loadingMore: false });
        this._again = false;
      }
      return null;
    }
  }

  private _take(
    { value, asOf, problem }: Answer,
    items: readonly IRegisteredModel[],
    known: readonly IRegisteredModel[]
  ): void {
    this._answered = Date.now();
    this.update({
      // One that was updated meanwhile may stand on two pages.
      items: [...new Map(items.map(one => [one.name, one])).values()],
      next: value.next_page_token,
      total: value.total,
      seen: this._with(known),
      ...{ asOf, problem, error: null, busy: false, loadingMore: false }
    });
    if (this._again) {
      this.due();
    }
  }

  private _with(
    known: readonly IRegisteredModel[]
  ): ReadonlyMap<string, string | null> {
    const seen = new Map(this.snapshot.seen);
    for (const { name, latest } of known) {
      seen.set(name, latest?.version ?? null);
    }
    return seen;
  }

  private _later(delay: number): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._timer = undefined;
      void this.refresh();
    }, delay);
  }

  private _store: StoreName = '';
  private _request = 0;
  private _answered = 0;
  private _again = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
