/** A kernel connection and its session that a test moves by hand. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

export const KERNEL_ID = '0b7e0f53-92a5-4a3c-8f0e-6b4a0a6d3c11';

export class HandComm {
  isDisposed = false;
  commsOverSubshells = 'perCommTarget';
  subshellStarted = Promise.resolve();
  onClose: (() => void) | undefined;
  readonly open = jest.fn();
  readonly close = jest.fn(() => {
    this.isDisposed = true;
    this.onClose?.();
  });
}

export class HandKernel {
  constructor(readonly id = KERNEL_ID) {}

  status: Kernel.Status = 'busy';
  isDisposed = false;
  handleComms = true;
  supportsSubshells = true;
  info = Promise.resolve({});
  readonly clientId = 'this-page';
  readonly comms: HandComm[] = [];
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, string>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly interrupt = jest.fn(() => Promise.resolve());
  readonly requestKernelInfo = jest.fn(() => this.free);

  /** Ends when the kernel has nothing to execute. */
  free: Promise<unknown> = new Promise(() => undefined);

  readonly createComm = jest.fn(() => {
    const comm = new HandComm();
    this.comms.push(comm);
    return comm;
  });

  get asConnection(): Kernel.IKernelConnection {
    return this as unknown as Kernel.IKernelConnection;
  }
}

export class HandSession {
  session: { kernel: HandKernel } | null = { kernel: new HandKernel() };
  isReady = true;
  readonly iopubMessage = new Signal<this, unknown>(this);
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, string>(this);
  readonly disposed = new Signal<this, void>(this);

  get asContext(): ISessionContext {
    return this as unknown as ISessionContext;
  }

  get kernel(): HandKernel {
    if (!this.session) {
      throw new Error('The test has no kernel.');
    }
    return this.session.kernel;
  }

  move(kernel: HandKernel | null): void {
    this.session = kernel && { kernel };
    this.kernelChanged.emit({});
  }

  /** A frame on whatever comm. */
  frame(data: unknown, buffers: unknown[] = [new ArrayBuffer(0)]): void {
    this.iopubMessage.emit({
      header: { msg_type: 'comm_msg' },
      parent_header: {},
      content: { comm_id: 'c', data },
      buffers
    });
  }

  /** The kernel begins or ends what a request asks for. */
  say(state: 'busy' | 'idle', request = 'execute_request'): void {
    this.iopubMessage.emit({
      header: { msg_type: 'status' },
      parent_header: { msg_type: request },
      content: { execution_state: state }
    });
  }
}
