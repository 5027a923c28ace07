/** Has the server tell of changes in a store as long as a cell is being executed. */

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

  /** Tell whether a cell is being executed. */
  setExecuting(executing: boolean): void {
    clearTimeout(this._timer);
    if (executing && !this._isDisposed) {
      this._next(SHORT);
    }
  }

  private _next(delay: number): void {
    this._timer = setTimeout(() => {
      this._watch();
      this._next(AGAIN);
    }, delay);
  }

  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}
