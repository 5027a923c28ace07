/** What a notebook's kernel says that matters to badges. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { isBag } from '../../live/check';
import { type ILive, readLive } from './frames';

export class KernelWord implements IDisposable {
  constructor(private readonly _context: ISessionContext) {
    _context.iopubMessage.connect(this._onMessage, this);
    _context.kernelChanged.connect(this._onKernel, this);
    _context.statusChanged.connect(this._onStatus, this);
  }

  get kernelId(): string | null {
    return this._context.session?.kernel?.id ?? null;
  }

  /** Is a cell being executed, as far as this page has heard? */
  get executing(): boolean {
    return this._executing ?? false;
  }

  /** A frame of a live card. */
  get frame(): ISignal<this, ILive> {
    return this._frame;
  }

  /** `true`: a cell begins; `false`: it has ended. */
  get executed(): ISignal<this, boolean> {
    return this._executed;
  }

  /** Another process, or none: what was going on goes on no more. */
  get replaced(): ISignal<this, void> {
    return this._replaced;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    const type = message.header.msg_type;
    const parent: unknown = message.parent_header;
    if (type === 'comm_msg') {
      const live = readLive((message.content as { data?: unknown }).data);
      if (live) {
        // In a page that was loaded in the middle of a cell, this is the first word of it.
        this._executing ??= live.status === 'RUNNING';
        this._frame.emit(live);
      }
    } else if (
      type === 'status' &&
      // Not the kernel's status as such: a subshell makes it «idle» in the middle of a cell.
      isBag(parent) &&
      parent['msg_type'] === 'execute_request'
    ) {
      const state = (message.content as { execution_state?: unknown })
        .execution_state;
      this._executing = state === 'busy';
      this._executed.emit(this._executing);
    }
  }

  private _onKernel(): void {
    this._executing = null;
    this._replaced.emit();
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (
      status === 'restarting' ||
      status === 'autorestarting' ||
      status === 'dead'
    ) {
      this._onKernel();
    }
  }

  private _executing: boolean | null = null;
  private _isDisposed = false;
  private readonly _frame = new Signal<this, ILive>(this);
  private readonly _executed = new Signal<this, boolean>(this);
  private readonly _replaced = new Signal<this, void>(this);
}
