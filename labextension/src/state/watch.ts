/** Keeps the server watching the store in view, and tells when what is shown may be old. */

import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { StoreName } from '../runs';
import type { Attention } from './attention';

/** The server watches for 30 s after it was asked to. */
export const LEASE_MS = 20_000;

/** A kernel that logs makes many changes a second: look at most this often. */
export const PAUSE_MS = 500;

export interface IWatched {
  readonly store: StoreName;
  readonly experimentIds: readonly string[] | null;
}

export class Watch implements IDisposable {
  /**
   * @param _attention - While nobody looks, nothing is asked.
   * @param _lease - Asks the server to watch; may fail, since the interval remains.
   * @param _interval - Milliseconds after which `due` is emitted in any case.
   */
  constructor(
    private readonly _attention: Attention,
    private readonly _lease: (watched: IWatched) => Promise<void>,
    private readonly _interval: () => number
  ) {
    _attention.changed.connect(this._onAttention, this);
  }

  /** Ask again now. At most once in `PAUSE_MS`, and never while nobody looks. */
  get due(): ISignal<this, void> {
    return this._due;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._stop();
    this._attention.changed.disconnect(this._onAttention, this);
    Signal.clearData(this);
  }

  /** Watch this from now on. */
  follow(watched: IWatched): void {
    this._watched = watched;
    if (this._attention.visible) {
      this._start();
    }
  }

  /** The server says that a store has changed. */
  heard(store: StoreName): void {
    if (store !== this._watched?.store || this._pause !== undefined) {
      this._missed ||= store === this._watched?.store;
      return;
    }
    this._emit();
  }

  private _onAttention(): void {
    if (this._attention.visible) {
      this._start();
      // Much may have happened meanwhile.
      this._emit();
    } else {
      this._stop();
    }
  }

  private _start(): void {
    clearInterval(this._leases);
    this._ask();
    this._leases = setInterval(() => {
      this._ask();
    }, LEASE_MS);
    this._again();
  }

  private _stop(): void {
    clearInterval(this._leases);
    clearTimeout(this._next);
    clearTimeout(this._pause);
    this._pause = undefined;
    this._missed = false;
  }

  private _ask(): void {
    if (this._watched) {
      // Without a lease no event comes: the interval is enough then, and the lists say what is wrong.
      this._lease(this._watched).catch(() => undefined);
    }
  }

  private _emit(): void {
    if (!this._attention.visible || this._isDisposed) {
      return;
    }
    this._missed = false;
    clearTimeout(this._pause);
    this._pause = setTimeout(() => {
      this._pause = undefined;
      if (this._missed) {
        this._emit();
      }
    }, PAUSE_MS);
    this._again();
    this._due.emit();
  }

  private _again(): void {
    clearTimeout(this._next);
    this._next = setTimeout(() => {
      this._emit();
    }, this._interval());
  }

  private _watched: IWatched | null = null;
  private _leases: ReturnType<typeof setInterval> | undefined;
  private _next: ReturnType<typeof setTimeout> | undefined;
  private _pause: ReturnType<typeof setTimeout> | undefined;
  private _missed = false;
  private _isDisposed = false;
  private readonly _due = new Signal<this, void>(this);
}
