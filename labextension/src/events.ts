/** What the Jupyter server says on its own: a store has changed. */

import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { StoreName } from './runs';

export const CHANGED = 'https://events.nbtrack.dev/changed/v1';

export interface IStoreChanged {
  store: StoreName;
  /** Differs from every earlier mark of this store. */
  mark: string;
}

/** Picks nbtrack's events out of Jupyter's. They come only while somebody has asked for them (`Api.watch`). */
export class StoreEvents implements IDisposable {
  constructor(private readonly _stream: Event.Stream) {
    _stream.connect(this._onEvent, this);
  }

  /** A store may hold other runs than before. */
  get changed(): ISignal<this, IStoreChanged> {
    return this._changed;
  }

  /** This page knows itself that a store has changed: nobody may be watching it. */
  tell(store: StoreName): void {
    this._changed.emit({ store, mark: `page ${++this._told}` });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._stream.disconnect(this._onEvent, this);
    Signal.clearData(this);
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    const { schema_id, store, mark } = event;
    if (
      schema_id === CHANGED &&
      typeof store === 'string' &&
      typeof mark === 'string'
    ) {
      this._changed.emit({ store, mark });
    }
  }

  private readonly _changed = new Signal<this, IStoreChanged>(this);
  private _isDisposed = false;
  private _told = 0;
}
