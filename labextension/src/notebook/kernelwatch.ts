/** Whether the kernel that an output was made by can still be reached. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

/** `other`: the process has changed since, and knows nothing of the output. */
type Reach = 'there' | 'none' | 'other';

export class KernelWatch implements IDisposable {
  constructor(private readonly _context: ISessionContext) {
    this._first = this._id;
    _context.kernelChanged.connect(this._look, this);
    _context.statusChanged.connect(this._onStatus, this);
    _context.disposed.connect(this.dispose, this);
    this._reach = this._now();
  }

  get reach(): Reach {
    return this._reach;
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

  private get _id(): string | null {
    return this._context.session?.kernel?.id ?? null;
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (['restarting', 'autorestarting', 'dead'].includes(status)) {
      this._ended = true;
    }
    this._look();
  }

  private _look(): void {
    // A page that is just opened has its kernel a moment later.
    this._first ??= this._id;
    const reach = this._now();
    if (reach !== this._reach) {
      this._reach = reach;
      this._changed.emit();
    }
  }

  private _now(): Reach {
    const id = this._id;
    return id === null
      ? 'none'
      : this._ended || id !== this._first
        ? 'other'
        : 'there';
  }

  private _first: string | null;
  private _ended = false;
  private _reach: Reach;
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}
