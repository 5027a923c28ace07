/** Deletes and restores runs; for some seconds a deletion can be taken back. */

import { asRequestError, RequestError } from '../request';
import type { IOutcome, StoreName } from '../runs';
import { Observed } from './observed';

/** How long «Undo» is offered. */
export const UNDO_MS = 10_000;

export interface IRemovalSource {
  deleteRuns(store: StoreName, ids: readonly string[]): Promise<IOutcome>;
  restoreRuns(store: StoreName, ids: readonly string[]): Promise<IOutcome>;
}

export interface IRemovalSnapshot {
  /** What was just done, and can be taken back. */
  readonly undo: {
    readonly store: StoreName;
    readonly ids: readonly string[];
  } | null;
  /** What was just done, in words. */
  readonly said: string;
  readonly busy: boolean;
  readonly error: RequestError | null;
}

export class Removal extends Observed<IRemovalSnapshot> {
  /** @param _gone - Told of runs that are gone from the list in view, by either action. */
  constructor(
    private readonly _source: IRemovalSource,
    private readonly _gone: (ids: readonly string[]) => void,
    private readonly _back: () => void
  ) {
    super({ undo: null, said: '', busy: false, error: null });
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  async remove(store: StoreName, ids: readonly string[]): Promise<void> {
    const done = await this._act(() => this._source.deleteRuns(store, ids));
    if (done?.length) {
      this._gone(done);
      this.update({
        undo: { store, ids: done },
        said: `Deleted ${runs(done)}.`
      });
      this.hold(false);
    }
  }

  /** Bring deleted runs back, in the list of the deleted ones. */
  async restore(store: StoreName, ids: readonly string[]): Promise<void> {
    const done = await this._act(() => this._source.restoreRuns(store, ids));
    if (done?.length) {
      this._gone(done);
      this.update({ said: `Restored ${runs(done)}.` });
      this.hold(false);
    }
  }

  /** Take the last deletion back. */
  async undo(): Promise<void> {
    const { undo } = this.snapshot;
    if (!undo) {
      return;
    }
    const done = await this._act(() =>
      this._source.restoreRuns(undo.store, undo.ids)
    );
    if (done) {
      this.update({ undo: null, said: `Restored ${runs(done)}.` });
      this.hold(false);
      this._back();
    }
  }

  /** Keep the offer while the pointer or the focus is on it. */
  hold(held: boolean): void {
    clearTimeout(this._timer);
    if (!held) {
      this._timer = setTimeout(() => {
        this.update({ undo: null, said: '' });
      }, UNDO_MS);
    }
  }

  forgetError(): void {
    this.update({ error: null });
  }

  private async _act(
    action: () => Promise<IOutcome>
  ): Promise<string[] | null> {
    clearTimeout(this._timer);
    this.update({ busy: true, error: null });
    try {
      const { done, failed } = await action();
      this.update({ busy: false, error: failure(failed) });
      return done;
    } catch (reason) {
      this.update({ busy: false, error: asRequestError(reason) });
      return null;
    }
  }

  private _timer: ReturnType<typeof setTimeout> | undefined;
}

function failure(failed: IOutcome['failed']): RequestError | null {
  const [first] = failed;
  return first
    ? new RequestError(409, {
        message: `It failed for ${runs(failed)}: ${first.message}`,
        hint: '',
        code: 'conflict'
      })
    : null;
}

function runs(some: readonly unknown[]): string {
  return some.length === 1
    ? '1 run'
    : `${some.length.toLocaleString('en')} runs`;
}
