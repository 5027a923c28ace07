/** Has the server tell of changes in a store as long as a cell is being executed, or the store lags behind. */

import type { IDisposable } from '@lumino/disposable';

/** Most cells are over by then and need no lease. In ms. */
export const SHORT = 500;
/** The server's leases last for 30 s. In ms. */
export const AGAIN = 25_000;

export class Lease implements IDisposable {
  /** @param _watch - Asks for the lease, or does not if nobody looks. */
  constructor(private readonly _watch: () => void) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
  }

  /** Tell whether changes matter. */
  setWanted(wanted: boolean): void {
    if (wanted === this._wanted || this._isDisposed) {
      return;
    }
    this._wanted = wanted;
    clearTimeout(this._timer);
    if (wanted) {
      this._next(SHORT);
    }
  }

  private _next(delay: number): void {
    this._timer = setTimeout(() => {
      this._watch();
      if (this._wanted) {
        this._next(AGAIN);
      }
    }, delay);
  }

  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _wanted = false;
  private _isDisposed = false;
}
