/** Asks for pages of the list in view; answers about a list that was left meanwhile are dropped. */

import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IPage, IRow, IRunQuery, StoreName } from '../runs';
import { theseRuns } from './query';

/** Rows of the first page, which is asked again at every change, and of the others. */
export const FIRST = 200;
export const PAGE = 1000;

export type Answer = IAnswer<IPage<IRow>>;

export type FetchRuns = (store: StoreName, query: IRunQuery) => Promise<Answer>;

export interface IAsked {
  readonly store: StoreName;
  /** Without a page. */
  readonly query: IRunQuery;
  /** Differs where the rows of the one before have no place in this list. */
  readonly scope: string;
}

export class Asker {
  /**
   * @param _fetch - Asks for one page of runs.
   * @param _failed - Told why a request failed.
   */
  constructor(
    private readonly _fetch: FetchRuns,
    private readonly _failed: (error: RequestError) => void
  ) {}

  get asked(): IAsked | null {
    return this._asked;
  }

  /** Ask about this list from now on; `null`: about none. */
  begin(asked: IAsked | null): void {
    this._asked = asked;
  }

  /** @returns `null` where the request failed, or the list was left. */
  page(size: number, token: string | null): Promise<Answer | null> {
    return this._ask({ max_results: size, page_token: token }, this._failed);
  }

  /** The children of a run, the oldest first. */
  children(id: string, token: string | null): Promise<Answer | null> {
    const part: Partial<IRunQuery> = {
      parent_run_id: id,
      top_level: false,
      filter: '',
      order_by: 'attributes.start_time ASC',
      max_results: PAGE,
      page_token: token
    };
    return this._ask(part, this._failed);
  }

  /** These runs, whether the list holds them or not. A failure is not told of: the list's own tells it. */
  these(ids: readonly string[]): Promise<Answer | null> {
    const part: Partial<IRunQuery> = {
      experiment_ids: null,
      top_level: false,
      filter: theseRuns(ids),
      order_by: null,
      status: null,
      mine: false,
      notebook: null,
      deleted: false,
      max_results: PAGE,
      page_token: null
    };
    return this._ask(part, () => undefined);
  }

  private async _ask(
    part: Partial<IRunQuery>,
    failed: (error: RequestError) => void
  ): Promise<Answer | null> {
    const asked = this._asked;
    if (!asked) {
      return null;
    }
    try {
      const answer = await this._fetch(asked.store, {
        ...asked.query,
        ...part
      });
      return asked === this._asked ? answer : null;
    } catch (reason) {
      if (asked === this._asked) {
        failed(asRequestError(reason));
      }
      return null;
    }
  }

  private _asked: IAsked | null = null;
}
