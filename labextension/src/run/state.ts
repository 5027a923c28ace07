/** One run as its page shows it, and when it is asked for again. */

import type { ISignal } from '@lumino/signaling';

import type { Api } from '../api';
import type { IStoreChanged } from '../events';
import { asRequestError, RequestError } from '../request';
import type { IOutcome, IRunChange, IRunDetail, StoreName } from '../runs';
import { Observed } from '../state/observed';
import type { IErrorBody } from '../types';

/** Between two answers, in ms: a run that trains changes all the time; another seldom, but its store does. */
export const GAP_RUNNING = 1000;
export const GAP_OTHERS = 3000;
/** A store that did not answer is asked again after so long: nothing tells when it is back. */
export const RETRY = 5000;

/** Never changed in place: a new one is made. */
export interface IRunSnapshot {
  /** The last good answer. */
  readonly detail: IRunDetail | null;
  /** When it was given, if the store does not answer now. */
  readonly asOf: number | null;
  readonly problem: IErrorBody | null;
  /** Why the last request failed. */
  readonly error: RequestError | null;
  readonly busy: boolean;
}

const NOTHING: IRunSnapshot = {
  detail: null,
  asOf: null,
  problem: null,
  error: null,
  busy: false
};

export class RunState extends Observed<IRunSnapshot> {
  constructor(
    private readonly _api: Api,
    private readonly _events: {
      readonly changed: ISignal<unknown, IStoreChanged>;
    },
    private readonly _store: StoreName,
    private readonly _runId: string
  ) {
    super(NOTHING);
    _events.changed.connect(this._onStoreChanged, this);
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this._events.changed.disconnect(this._onStoreChanged, this);
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

  /** Ask now. The answer of the newest request wins, whichever arrives last. */
  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._stale = false;
    const request = ++this._request;
    this.update({ busy: true });
    let part: Partial<IRunSnapshot>;
    try {
      const answer = await this._api.run(this._store, this._runId);
      const { value: detail, asOf, problem } = answer;
      part = { detail, asOf, problem, error: null };
    } catch (reason) {
      part = { error: asRequestError(reason) };
    }
    if (request === this._request) {
      this._answered = Date.now();
      this.update({ ...part, busy: false });
      const { asOf, error } = this.snapshot;
      if (asOf !== null || (error && error.status !== 404)) {
        this._wanted(RETRY);
      }
    }
  }

  /**
   * Change the run, and show what came of it.
   *
   * @throws RequestError - With `current`, if the store has another value than was expected.
   */
  async change(change: IRunChange): Promise<void> {
    await this._api.updateRun(this._store, this._runId, change);
    await this.refresh();
  }

  async delete(): Promise<void> {
    check(await this._api.deleteRuns(this._store, [this._runId]));
    await this.refresh();
  }

  async restore(): Promise<void> {
    check(await this._api.restoreRuns(this._store, [this._runId]));
    await this.refresh();
  }

  private _onStoreChanged(_: unknown, { store }: IStoreChanged): void {
    if (store === this._store) {
      const running = this.snapshot.detail?.status === 'RUNNING';
      const gap = running ? GAP_RUNNING : GAP_OTHERS;
      this._wanted(Math.max(0, this._answered + gap - Date.now()));
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

function check(outcome: IOutcome): void {
  const failed = outcome.failed[0];
  if (failed) {
    const body = { message: failed.message, hint: '', code: 'refused' };
    throw new RequestError(409, body);
  }
}
