/** The badges of one notebook: hears of what happens, and asks for what it does not hear. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { MessageLoop, type Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';

import type { IStoreChanged } from '../../events';
import type { IStudy } from '../../token';
import { Asker, GAP, type IAbout } from './asker';
import type { ILive } from './frames';
import { KernelWord } from './kernel';
import { Known } from './known';
import { Lease } from './lease';
import { Places } from './places';

/** Between two questions while live cards tell what happens anyway. In ms. */
const SELDOM = 5000;
/** After a cell, as long as the store may still lag behind it. In ms. */
export const LATE = 1_800_000;
/** Cells that the server answers for at once. */
const MOST = 2000;

export class NotebookBadges implements IDisposable, IAbout {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _study: IStudy
  ) {
    this._kernel = new KernelWord(_panel.sessionContext);
    this._places = new Places(
      _panel.content,
      cellId => (this._on ? this._known.badge(cellId, this.executing) : null),
      ({ store, runId }) => {
        _study.open.run(store, runId);
      }
    );
    this._asker = new Asker(_study.api, this, this._known, () => {
      this._places.updateAll();
      this._lend();
    });
    this._lease = new Lease(() => {
      this._lend(); // it may be too late by now
      if (this._lends) {
        this._watch();
      }
    });
    this._kernel.frame.connect(this._onFrame, this);
    this._kernel.executed.connect(this._onExecuted, this);
    this._kernel.replaced.connect(this._onReplaced, this);
    _study.events.changed.connect(this._onStore, this);
    _study.preferences.changed.connect(this._onPreferences, this);
    _panel.context.pathChanged.connect(this._reopen, this);
    MessageLoop.installMessageHook(_panel, this._onMessage);
    document.addEventListener('visibilitychange', this._onVisibility);
    void _panel.context.ready.then(() => {
      if (!this._isDisposed) {
        _panel.content.modelChanged.connect(this._follow, this);
        this._follow();
      }
    });
  }

  get path(): string {
    // Without the drive that real-time collaboration puts before it.
    return this._panel.context.localPath;
  }

  get kernelId(): string | null {
    return this._kernel.kernelId;
  }

  get executing(): boolean {
    return this._kernel.executing;
  }

  get visible(): boolean {
    return this._panel.isVisible && document.visibilityState !== 'hidden';
  }

  get cells(): string[] {
    const ids: string[] = [];
    for (const cell of this._panel.content.model?.cells ?? []) {
      if (cell.type === 'code') {
        ids.push(cell.id);
        this._seen.add(cell.id);
      }
    }
    return ids.slice(0, MOST);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._asker.dispose();
    this._lease.dispose();
    this._places.dispose();
    this._kernel.dispose();
    MessageLoop.removeMessageHook(this._panel, this._onMessage);
    document.removeEventListener('visibilitychange', this._onVisibility);
    Signal.clearData(this);
  }

  private get _on(): boolean {
    return this._study.preferences.badges;
  }

  private _follow(): void {
    this._panel.content.model?.cells.changed.connect(this._onCells, this);
    this._reopen();
  }

  private _reopen(): void {
    this._want('opened');
    this._places.updateSoon();
  }

  private _want(...[reason, gap]: Parameters<Asker['want']>): void {
    // What R or Julia does is none of ours.
    const language = this._panel.content.model?.defaultKernelLanguage;
    if (this._on && (!language || /^i?python/i.test(language))) {
      this._asker.want(reason, gap);
    }
  }

  private _onCells(): void {
    this._places.updateSoon();
    for (const cell of this._panel.content.model?.cells ?? []) {
      // From the file on disk, or from a checkpoint; a new cell has no runs.
      const executed = 'executionCount' in cell && cell.executionCount !== null;
      if (executed && !this._seen.has(cell.id)) {
        this._want('opened');
      }
    }
  }

  private _onFrame(_: unknown, live: ILive): void {
    const before = this._framed;
    this._framed = Date.now();
    if (this._known.takeFrame(live)) {
      this._known.setStore(this._asker.store);
      this._want('changed');
    }
    if (this._framed - before > SELDOM) {
      this._places.updateSoon();
    }
    this._places.update(live.cellId);
  }

  private _onExecuted(_: unknown, begins: boolean): void {
    if (begins) {
      this._framed = 0; // this cell may have no card
    } else {
      this._lagsUntil = Date.now() + LATE;
      this._want('executed');
    }
    this._lend();
  }

  private _onReplaced(): void {
    this._lagsUntil = 0;
    this._known.forgetExecutions();
    this._lend();
    this._reopen();
  }

  private _onStore(_: unknown, { store }: IStoreChanged): void {
    if (store === this._asker.store) {
      const told = Date.now() - this._framed < SELDOM;
      this._want('changed', told && this.executing ? SELDOM : GAP);
    }
  }

  private _onPreferences(): void {
    if (this._on) {
      this._reopen();
    } else {
      this._lend();
      this._places.updateAll();
    }
  }

  private get _lends(): boolean {
    // What a cell logs reaches the store behind it: much later, where that is away.
    const lags =
      Date.now() < this._lagsUntil &&
      (this._known.unfinished || this._asker.failed);
    return this._on && (this.executing || lags);
  }

  private _lend(): void {
    this._lease.setWanted(this._lends);
  }

  private _watch(): void {
    if (this.visible && this._asker.loaded) {
      this._study.api.watch(this._asker.store, null).catch(() => {
        // The end of the cell is heard of without.
      });
    }
  }

  private readonly _onMessage = (_: unknown, message: Message): boolean => {
    if (message.type === 'after-show' || message.type === 'after-attach') {
      this._asker.resume();
    }
    return true;
  };

  private readonly _onVisibility = (): void => {
    this._asker.resume();
  };

  private readonly _known = new Known();
  private readonly _kernel: KernelWord;
  private readonly _asker: Asker;
  private readonly _lease: Lease;
  private readonly _places: Places;
  /** Cells that the server has been asked about. */
  private readonly _seen = new Set<string>();
  /** When the last frame came, in ms. */
  private _framed = 0;
  private _lagsUntil = 0;
  private _isDisposed = false;
}
