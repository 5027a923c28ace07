/** Follows JupyterLab's current notebook and its kernel. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { INotebook, INotebookSource } from '../types';

export class CurrentNotebook implements INotebookSource, IDisposable {
  constructor(private readonly _tracker: INotebookTracker) {
    _tracker.currentChanged.connect(this._follow, this);
    this._follow();
  }

  get current(): INotebook | null {
    const panel = this._panel;
    if (!panel) {
      return null;
    }
    return {
      name: panel.context.path.split('/').pop() ?? '',
      path: panel.context.path,
      kernelId: panel.sessionContext.session?.kernel?.id ?? null,
      language: panel.content.model?.defaultKernelLanguage ?? ''
    };
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get executed(): ISignal<this, void> {
    return this._executed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    // Also takes the slots away that belong to `this`.
    Signal.clearData(this);
  }

  private _follow(): void {
    const before = this._panel;
    if (before) {
      before.context.pathChanged.disconnect(this._announce, this);
      before.sessionContext.kernelChanged.disconnect(this._announce, this);
      before.sessionContext.statusChanged.disconnect(this._onStatus, this);
    }
    const panel = this._tracker.currentWidget;
    this._panel = panel;
    if (panel) {
      panel.context.pathChanged.connect(this._announce, this);
      panel.sessionContext.kernelChanged.connect(this._announce, this);
      panel.sessionContext.statusChanged.connect(this._onStatus, this);
      // The model, and with it the kernel's language, comes after the panel.
      void panel.context.ready.then(() => {
        if (panel === this._panel && !this._isDisposed) {
          this._announce();
        }
      });
    }
    this._announce();
  }

  private _announce(): void {
    this._changed.emit();
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    // Also after a restart, which keeps the kernel's id and forgets what was loaded.
    if (status === 'idle' && this._status !== 'idle') {
      this._executed.emit();
    }
    this._status = status;
  }

  private _panel: NotebookPanel | null = null;
  private _status: Kernel.Status = 'unknown';
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _executed = new Signal<this, void>(this);
}
