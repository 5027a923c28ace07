/**
 * Knows when the kernel last began or ended the execution of a cell.
 *
 * Lab's own word, `kernel.status`, does not tell: a subshell that has handled a message makes it «idle» in
 * the middle of a cell.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { isBag } from '../live/check';

export class Turns implements IDisposable {
  constructor(private readonly _context: ISessionContext) {
    _context.iopubMessage.connect(this._onMessage, this);
    _context.kernelChanged.connect(this._forget, this);
    _context.connectionStatusChanged.connect(this._onConnection, this);
  }

  /** When it was, in ms since the epoch; 0 while nobody knows. */
  get last(): number {
    return this._last;
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

  /** Find out, if it is not known. The answer comes when the kernel has no cell to execute. */
  ask(): void {
    const kernel = this._context.session?.kernel;
    if (this._last || this._asked || !kernel) {
      return;
    }
    this._asked = true;
    // It goes to the main shell, and waits there behind what is being executed.
    kernel.requestKernelInfo().then(
      reply => {
        if (reply && kernel === this._context.session?.kernel) {
          this._turn();
        }
      },
      () => {
        this._asked = false; // not connected yet
      }
    );
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    const parent: unknown = message.parent_header;
    if (
      message.header.msg_type === 'status' &&
      isBag(parent) &&
      parent['msg_type'] === 'execute_request'
    ) {
      this._turn();
    }
  }

  private _onConnection(_: unknown, status: string): void {
    if (status !== 'connected') {
      this._forget(); // what happens now is not heard of
    } else if (this._isLost) {
      this._isLost = false;
      this.ask();
    }
  }

  private _forget(): void {
    this._isLost = true;
    this._last = 0;
    this._asked = false;
  }

  private _turn(): void {
    if (!this._isDisposed) {
      this._last = Date.now();
      this._changed.emit();
    }
  }

  private _last = 0;
  private _asked = false;
  private _isLost = false;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
