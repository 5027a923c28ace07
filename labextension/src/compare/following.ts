/** Keeps what is shown of a store fresh, while somebody looks. */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { Api } from '../api';
import type { IStoreChanged } from '../events';
import type { StoreName } from '../runs';
import { Attention } from '../state/attention';
import { type IWatched, Watch } from '../state/watch';

/** Without an event, in ms. */
const INTERVAL = 30_000;
/** After an answer that took long the store gets as many times as long to rest. */
const REST = 5;

/** Tells that stores have changed. */
export interface IEvents {
  readonly changed: ISignal<unknown, IStoreChanged>;
}

export interface IFollowed {
  /** What the server is to watch; nothing: it is not known yet. */
  readonly watched: readonly IWatched[];
  /** @param all - Also what can hardly have changed. */
  refresh(all: boolean): Promise<void>;
}

export class Following implements IDisposable {
  constructor(
    private readonly _followed: IFollowed,
    private readonly _api: Api,
    private readonly _events: IEvents
  ) {
    this._attention = new Attention(document);
    _events.changed.connect(this._onStoreChanged, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._shown = false;
    this._rest();
    this._events.changed.disconnect(this._onStoreChanged, this);
    for (const watch of this._watches.values()) {
      watch.dispose();
    }
    this._attention.dispose();
  }

  /** Runs that have ended may have got another name or tag while nobody looked. */
  async setShown(shown: boolean): Promise<void> {
    if (shown === this._shown || this._isDisposed) {
      return;
    }
    this._shown = shown;
    if (!shown) {
      this._rest();
      this._attention.setShown(false);
      return;
    }
    await this._followed.refresh(true);
    const { watched } = this._followed;
    for (const one of watched) {
      this._watch(one.store).follow(one);
    }
    if (watched.length) {
      // It may have been hidden or disposed meanwhile.
      this._attention.setShown(this._stillShown());
    }
  }

  /** What watches a store, and no other. */
  private _watch(store: StoreName): Watch {
    let watch = this._watches.get(store);
    if (!watch) {
      watch = new Watch(
        this._attention,
        ({ experimentIds }) => this._api.watch(store, experimentIds),
        () => INTERVAL
      );
      watch.due.connect(this._onDue, this);
      this._watches.set(store, watch);
    }
    return watch;
  }

  private _rest(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private _stillShown(): boolean {
    return this._shown;
  }

  private _onDue(): void {
    // While it rests, or answers, it is asked once more when it is done.
    this._timer ??= setTimeout(
      () => void this._again(),
      Math.max(0, this._rested - Date.now())
    );
  }

  private async _again(): Promise<void> {
    const began = Date.now();
    await this._followed.refresh(false);
    this._rested = Date.now() + REST * (Date.now() - began);
    this._timer = undefined;
  }

  private _onStoreChanged(_: unknown, { store }: IStoreChanged): void {
    this._watches.get(store)?.heard(store);
  }

  private readonly _attention: Attention;
  private readonly _watches = new Map<StoreName, Watch>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _rested = 0;
  private _shown = false;
  private _isDisposed = false;
}
