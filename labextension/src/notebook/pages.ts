/** Tells each kernel that this page looks: one comm a kernel, whatever the number of cards. */

import type { Kernel } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { COMM_TARGET } from '../live/types';

/** A subshell is made by the kernel's control thread, which answers while the main one computes. */
const SUBSHELL_PATIENCE = 5000; // ms

/** JupyterLab's comms have this, though their interface does not say so. */
interface ISubshellComm extends Kernel.IComm {
  readonly subshellStarted?: Promise<void>;
}

export class Pages {
  /** A notebook shows a live card of this kernel. Asking again opens what was lost. */
  join(connection: Kernel.IKernelConnection): void {
    let page = this._pages.get(connection.id);
    if (!page) {
      page = new KernelPage();
      this._pages.set(connection.id, page);
    }
    page.join(connection);
  }

  /** A notebook that showed one is closed, or has another kernel. */
  leave(connection: Kernel.IKernelConnection): void {
    for (const [id, page] of this._pages) {
      if (page.leave(connection)) {
        this._pages.delete(id);
      }
    }
  }

  /** Tell the kernel something. Lost if it hasn't loaded nbtrack: there is nobody then who could use it. */
  send(connection: Kernel.IKernelConnection, data: JSONObject): void {
    this.join(connection);
    void this._pages.get(connection.id)?.send(data);
  }

  private readonly _pages = new Map<string, KernelPage>();
}

/** The comm to one kernel. Two notebooks may share a kernel, each with a connection of its own. */
class KernelPage {
  join(connection: Kernel.IKernelConnection): void {
    if (!this._connections.has(connection)) {
      this._connections.add(connection);
      connection.statusChanged.connect(this._onStatus, this);
      connection.connectionStatusChanged.connect(this._onConnection, this);
      connection.disposed.connect(this._onDisposed, this);
    }
    if (!this._comm || this._comm.isDisposed) {
      this._opened = this._open(connection);
    }
  }

  async send(data: JSONObject): Promise<void> {
    await this._opened;
    try {
      this._comm?.send(data);
    } catch (reason) {
      console.debug('nbtrack: the kernel was not told:', reason);
    }
  }

  /** @returns Has the last one left? */
  leave(connection: Kernel.IKernelConnection): boolean {
    if (this._connections.delete(connection)) {
      connection.statusChanged.disconnect(this._onStatus, this);
      connection.connectionStatusChanged.disconnect(this._onConnection, this);
      connection.disposed.disconnect(this._onDisposed, this);
    }
    if (this._owner === connection) {
      this._close();
      const [next] = this._connections;
      if (next) {
        void this._open(next);
      }
    }
    if (!this._connections.size) {
      Signal.clearData(this);
    }
    return this._connections.size === 0;
  }

  private async _open(connection: Kernel.IKernelConnection): Promise<void> {
    if (connection.isDisposed || !connection.handleComms) {
      return;
    }
    const comm = connection.createComm(COMM_TARGET);
    this._comm = comm;
    this._owner = connection;
    comm.onClose = () => {
      if (this._comm === comm) {
        this._comm = null;
      }
    };
    try {
      await ready(connection, comm);
      if (this._comm === comm && !comm.isDisposed) {
        comm.open({ version: 1 });
      }
    } catch (reason) {
      // Live frames are a gain only: snapshots still come with the outputs.
      console.debug('nbtrack: no comm to the kernel:', reason);
    }
  }

  private _close(): void {
    const comm = this._comm;
    this._comm = null;
    this._owner = null;
    if (comm && !comm.isDisposed) {
      try {
        comm.close();
      } catch {
        // The kernel has gone first, and the comm with it.
      }
    }
  }

  private _onStatus(
    connection: Kernel.IKernelConnection,
    status: Kernel.Status
  ): void {
    if (
      connection === this._owner &&
      (status === 'restarting' || status === 'autorestarting')
    ) {
      // The new process knows no comms, and nbtrack only when it is loaded: the next card opens one.
      this._comm = null;
    }
  }

  private _onConnection(
    connection: Kernel.IKernelConnection,
    status: Kernel.ConnectionStatus
  ): void {
    if (connection !== this._owner) {
      return;
    }
    if (status !== 'connected') {
      this._broken = true;
    } else if (this._broken) {
      this._broken = false;
      if (this._comm) {
        // What was sent meanwhile is lost. A new comm makes the kernel send what there is.
        this._close();
        void this._open(connection);
      }
    }
  }

  private _onDisposed(connection: Kernel.IKernelConnection): void {
    this.leave(connection);
  }

  private readonly _connections = new Set<Kernel.IKernelConnection>();
  private _owner: Kernel.IKernelConnection | null = null;
  private _comm: Kernel.IComm | null = null;
  private _broken = false;
  /** Settled when the comm is open, or can't be. */
  private _opened: Promise<void> = Promise.resolve();
}

/** Wait for the comm's subshell: without it the message would lie in the queue of the busy main shell. */
async function ready(
  connection: Kernel.IKernelConnection,
  comm: Kernel.IComm
): Promise<void> {
  await connection.info;
  // Lab before 4.5 has none of these, nor have kernels without subshells.
  if (
    connection.supportsSubshells &&
    String(comm.commsOverSubshells) !== 'disabled'
  ) {
    const late = new Promise<void>(resolve => {
      setTimeout(resolve, SUBSHELL_PATIENCE);
    });
    await Promise.race([(comm as ISubshellComm).subshellStarted, late]);
  }
}
