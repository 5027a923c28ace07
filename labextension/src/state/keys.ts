/** Which metrics, params and tags the runs in view have. Asked for only when somebody wants to choose. */

import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IKeys, StoreName } from '../runs';
import { Observed } from './observed';

/** New keys come with new kinds of runs: seldom. */
export const FRESH_MS = 30_000;

export interface IKeysSnapshot {
  readonly keys: IKeys | null;
  readonly error: RequestError | null;
}

export class KeysState extends Observed<IKeysSnapshot> {
  constructor(
    private readonly _fetch: (
      store: StoreName,
      experimentIds: readonly string[] | null
    ) => Promise<IAnswer<IKeys>>
  ) {
    super({ keys: null, error: null });
  }

  /** Other runs are in view. Asks only if somebody wanted to choose before any were. */
  follow(store: StoreName, experimentIds: readonly string[] | null): void {
    const about = JSON.stringify([store, experimentIds]);
    if (about !== this._about) {
      this._about = about;
      this._ask = () => this._fetch(store, experimentIds);
      this._asked = 0;
      this.update({ keys: null, error: null });
      if (this._wanted) {
        void this.want();
      }
    }
  }

  /** Somebody is about to choose. */
  async want(): Promise<void> {
    const now = Date.now();
    this._wanted = !this._ask;
    if (!this._ask || now - this._asked < FRESH_MS) {
      return;
    }
    this._asked = now;
    const about = this._about;
    try {
      const { value } = await this._ask();
      if (about === this._about) {
        this.update({ keys: value, error: null });
      }
    } catch (reason) {
      if (about === this._about) {
        this._asked = 0;
        this.update({ error: asRequestError(reason) });
      }
    }
  }

  private _about = '';
  private _asked = 0;
  private _wanted = false;
  private _ask: (() => Promise<IAnswer<IKeys>>) | null = null;
}
