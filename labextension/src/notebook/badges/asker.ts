/** Asks the server about the runs of a notebook's cells: when something may have changed, and somebody looks. */

import type { IDisposable } from '@lumino/disposable';

import type { Api } from '../../api';
import { RequestError, SERVER_MISSING } from '../../request';
import { type StoreName, WORKSPACE } from '../../runs';
import type { Known } from './known';

/** From what happens to the question, so that what happens at once is one question. In ms. */
export const LEAD = 150;
/** Between two questions. In ms. */
export const GAP = 1000;

/** The notebook that is asked about. */
export interface IAbout {
  readonly path: string;
  readonly kernelId: string | null;
  readonly executing: boolean;
  /** Can anybody see it? */
  readonly visible: boolean;
  /** Ids of its code cells. */
  readonly cells: string[];
}

/**
 * Why to ask. `opened`: everything may be new; `executed`: the kernel may use another store by now, or have
 * loaded nbtrack; `changed`: only the runs may be others.
 */
export type Reason = 'opened' | 'executed' | 'changed';

export class Asker implements IDisposable {
  /** @param _answered - Called after each question, whether it was answered or not. */
  constructor(
    private readonly _api: Pick<Api, 'settings' | 'cells'>,
    private readonly _about: IAbout,
    private readonly _known: Known,
    private readonly _answered: () => void
  ) {}

  /** The store of the notebook's kernel, as far as it is known. */
  get store(): StoreName {
    return this._store;
  }

  /** Has the kernel loaded nbtrack? */
  get loaded(): boolean {
    return this._loaded;
  }

  /** Was there no answer to the latest question? */
  get failed(): boolean {
    return this._failed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
  }

  /**
   * Ask soon.
   *
   * @param gap - Since the question before, in ms.
   */
  want(reason: Reason, gap = GAP): void {
    this._reasons.add(reason);
    const due = Math.max(Date.now() + LEAD, this._asked + gap);
    if (this._timer !== undefined && this._due <= due) {
      return;
    }
    this._due = due;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._timer = undefined;
      void this._ask();
    }, due - Date.now());
  }

  /** Ask what nobody wanted to know while the notebook could not be seen. */
  resume(): void {
    const [reason] = this._reasons;
    if (reason && this._timer === undefined) {
      this.want(reason);
    }
  }

  private async _ask(): Promise<void> {
    if (!this._about.visible || this._busy || this._isDisposed) {
      return; // `resume`, or the end of the question before, asks
    }
    const reasons = new Set(this._reasons);
    this._reasons.clear();
    this._asked = Date.now();
    this._busy = true;
    try {
      await this._exchange(reasons);
      this._failed = false;
    } catch (reason) {
      // Badges are a gain only: the sidebar says what is wrong.
      console.debug('nbtrack: no answer about cells:', reason);
      this._isDisposed ||=
        reason instanceof RequestError && reason.code === SERVER_MISSING;
      this._failed = !this._isDisposed;
    }
    this._busy = false;
    if (!this._isDisposed) {
      this._answered();
    }
    this.resume();
  }

  private async _exchange(reasons: ReadonlySet<Reason>): Promise<void> {
    const { path, kernelId, cells } = this._about;
    if (!reasons.has('changed') || reasons.size > 1 || !this._loaded) {
      const idle = await this._learnStore(kernelId);
      if (idle && reasons.has('executed') && reasons.size === 1) {
        return;
      }
    }
    if (!cells.length) {
      return;
    }
    const store = this._store;
    const asked = this._known.ask(this._about.executing, cells);
    const { items } = await this._api.cells(store, path, cells);
    if (!this._isDisposed) {
      this._known.answer(store, items, asked);
    }
  }

  /** @returns Can the kernel have made no runs since the last time? */
  private async _learnStore(kernelId: string | null): Promise<boolean> {
    const before = this._store;
    const settings =
      kernelId === null ? null : await this._api.settings(kernelId);
    const loaded = (settings?.kernel ?? null) !== null;
    const idle = !loaded && !this._loaded;
    this._loaded = loaded;
    this._store = settings?.store.name ?? WORKSPACE;
    return idle && this._store === before;
  }

  private readonly _reasons = new Set<Reason>();
  private _store: StoreName = WORKSPACE;
  private _loaded = false;
  private _asked = 0;
  private _due = 0;
  private _busy = false;
  private _failed = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}
