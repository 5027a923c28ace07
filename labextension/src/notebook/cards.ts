/** The live cards of one notebook: brings them their frames, and knows whether more can come. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { readHead } from '../live/frame';
import { type Connection, type IChoices, newChoices } from '../live/types';
import type { Pages } from './pages';
import { Turns } from './turns';

/** A card without a frame for so long after the kernel has gone on to another cell, or to none. In ms. */
export const GRACE = 5000;
/** So many cards' choices are remembered. */
const MOST_CHOICES = 100;
const KERNEL_OF_CARD =
  /^nbtrack-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-/i;

/** What draws a card. One card may be drawn more than once: Lab can show an output in a tab. */
export interface IViewer {
  receive(data: unknown, buffer: ArrayBuffer | ArrayBufferView): void;
  setConnection(connection: Connection): void;
}

export class NotebookCards implements IDisposable {
  constructor(
    private readonly _context: ISessionContext,
    private readonly _pages: Pages
  ) {
    this._turns = new Turns(_context);
    this._turns.changed.connect(this._lookLater, this);
    _context.iopubMessage.connect(this._onMessage, this);
    _context.kernelChanged.connect(this._onKernel, this);
    _context.statusChanged.connect(this._onStatus, this);
    _context.connectionStatusChanged.connect(this._onConnection, this);
    _context.disposed.connect(this.dispose, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._follow(null);
    this._turns.dispose();
    this._viewers.clear();
    Signal.clearData(this);
  }

  /** Bring this viewer the frames of a card. */
  add(card: string, viewer: IViewer): void {
    const known = this._viewers.get(card);
    if (known) {
      known.add(viewer);
    } else {
      this._viewers.set(card, new Set([viewer]));
      this._heard.set(card, Date.now());
    }
    const connection = this._connectionOf(card);
    viewer.setConnection(connection);
    if (connection === 'open') {
      this._follow(this._kernel);
      this._turns.ask();
    }
  }

  remove(card: string, viewer: IViewer): void {
    const known = this._viewers.get(card);
    known?.delete(viewer);
    if (known?.size === 0) {
      this._viewers.delete(card);
      this._heard.delete(card);
    }
  }

  /** What the user chose for a card, also after its output was made anew. */
  choices(card: string): IChoices {
    const known = this._choices.get(card) ?? newChoices();
    // Last used, last forgotten.
    this._choices.delete(card);
    this._choices.set(card, known);
    const oldest = this._choices.keys().next();
    if (this._choices.size > MOST_CHOICES && !oldest.done) {
      this._choices.delete(oldest.value);
    }
    return known;
  }

  /** Interrupt the kernel through the server: works whatever the kernel is doing. */
  async stop(card: string): Promise<void> {
    const kernel = this._kernel;
    if (!kernel || this._connectionOf(card) !== 'open') {
      throw new Error('its kernel is not connected');
    }
    await kernel.interrupt();
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._context.session?.kernel ?? null;
  }

  private _connectionOf(card: string): Connection {
    const kernel = this._kernel;
    if (!kernel) {
      // Before the session is there, nothing is known against the card.
      return this._context.isReady || this._hadKernel ? 'lost' : 'open';
    }
    if (
      ofOther(card, kernel.id) ||
      this._gone.has(card) ||
      kernel.status === 'dead'
    ) {
      return 'lost';
    }
    if (this._isCut) {
      return 'cut';
    }
    const turn = this._turns.last;
    return turn > (this._heard.get(card) ?? 0) && Date.now() - turn >= GRACE
      ? 'ended'
      : 'open';
  }

  private _onMessage(_: unknown, message: KernelMessage.IMessage): void {
    if (message.header.msg_type !== 'comm_msg') {
      return;
    }
    // From any comm, also one of another tab or of this page before it was loaded again: a kernel
    // that computes can't answer a new one. Frames are for whoever shows the card.
    const { data } = message.content as { data?: unknown };
    const head = readHead(data);
    const viewers = head && this._viewers.get(head.card);
    const buffer = message.buffers?.[0];
    if (!head || !viewers || !buffer) {
      return;
    }
    const late = this._connectionOf(head.card) !== 'open';
    this._heard.set(head.card, Date.now());
    for (const viewer of viewers) {
      viewer.receive(data, buffer);
      if (late) {
        viewer.setConnection(this._connectionOf(head.card));
      }
    }
  }

  private _onKernel(): void {
    this._hadKernel = true;
    this._wasConnected = this._kernel?.connectionStatus === 'connected';
    this._isCut = false;
    this._follow(this._viewers.size ? this._kernel : null);
    this._look();
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      // The new process has the kernel's id, but not the runs of the old one.
      for (const card of this._viewers.keys()) {
        this._gone.add(card);
      }
      this._look();
    } else if (status === 'dead') {
      this._look();
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    const connected = status === 'connected';
    this._isCut = this._wasConnected && !connected;
    this._wasConnected ||= connected;
    this._look();
  }

  private _look(): void {
    for (const [card, viewers] of this._viewers) {
      const connection = this._connectionOf(card);
      for (const viewer of viewers) {
        viewer.setConnection(connection);
      }
    }
  }

  private _lookLater(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._look();
    }, GRACE + 100);
  }

  private _follow(kernel: Kernel.IKernelConnection | null): void {
    if (this._followed && this._followed !== kernel) {
      this._pages.leave(this._followed);
    }
    this._followed = kernel;
    if (kernel) {
      this._pages.join(kernel);
    }
  }

  private readonly _turns: Turns;
  private readonly _viewers = new Map<string, Set<IViewer>>();
  /** When a card was last heard of, in ms. */
  private readonly _heard = new Map<string, number>();
  /** Cards whose process is gone, though another has taken its kernel's id. */
  private readonly _gone = new Set<string>();
  private readonly _choices = new Map<string, IChoices>();
  private _followed: Kernel.IKernelConnection | null = null;
  private _hadKernel = false;
  private _wasConnected = false;
  private _isCut = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/** Does the card's name say that it is of another kernel? */
function ofOther(card: string, kernelId: string): boolean {
  const named = KERNEL_OF_CARD.exec(card)?.[1];
  return named !== undefined && named !== kernelId;
}
