/** Data that parts of the page look at: a picture that is replaced, never changed in place. */

import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

export abstract class Observed<S extends object> implements IDisposable {
  constructor(first: S) {
    this._snapshot = first;
  }

  get snapshot(): S {
    return this._snapshot;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  protected update(part: Partial<S>): void {
    if (this._isDisposed) {
      return;
    }
    this._snapshot = { ...this._snapshot, ...part };
    this._changed.emit();
  }

  private _snapshot: S;
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}
