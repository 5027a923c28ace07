/** How the experiment in view is looked at: columns, sort, pins. Kept on the store, so that it follows the team. */

import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IView, StoreName } from '../runs';
import { Observed } from './observed';

/** Several clicks are one change. */
export const SAVE_MS = 400;

export const NO_VIEW: IView = {
  columns: null,
  sort: null,
  pins: [],
  metric: null
};

export interface IViewSource {
  view(store: StoreName, experimentId: string): Promise<IAnswer<IView>>;
  setView(store: StoreName, experimentId: string, view: IView): Promise<void>;
}

export interface IViewed {
  readonly store: StoreName;
  /** `null`: several experiments, whose view only this page remembers. */
  readonly experimentId: string | null;
  readonly key: string;
}

export interface IViewSnapshot {
  readonly view: IView;
  /** The store has not said yet. */
  readonly busy: boolean;
  /** Why the last change could not be kept. */
  readonly error: RequestError | null;
}

export class ViewState extends Observed<IViewSnapshot> {
  constructor(private readonly _source: IViewSource) {
    super({ view: NO_VIEW, busy: false, error: null });
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Look at this now. */
  async show(viewed: IViewed): Promise<void> {
    this._save();
    this._viewed = viewed;
    const known = this._known.get(viewed.key);
    const asks = viewed.experimentId !== null;
    this.update({ view: known ?? NO_VIEW, busy: asks && !known, error: null });
    if (viewed.experimentId === null) {
      return;
    }
    let view = known ?? NO_VIEW;
    try {
      const answer = await this._source.view(viewed.store, viewed.experimentId);
      view = { ...NO_VIEW, ...answer.value };
    } catch {
      // The list itself says what is wrong with the store; without a view it shows what it always can.
    }
    if (viewed === this._viewed) {
      this.update({ view: { ...view, ...this._changes }, busy: false });
    }
  }

  /** Change it, and keep the change on the store soon. */
  change(part: Partial<IView>): void {
    const { _viewed: viewed } = this;
    if (!viewed) {
      return;
    }
    const view = { ...this.snapshot.view, ...part };
    this._known.set(viewed.key, view);
    this._changes = { ...this._changes, ...part };
    this.update({ view });
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._save();
    }, SAVE_MS);
  }

  private _save(): void {
    clearTimeout(this._timer);
    const { _viewed: viewed, _changes: changes } = this;
    this._changes = {};
    if (viewed && !isEmpty(changes)) {
      // One after the other: a store that is slow to write would else keep whichever comes last.
      this._saved = this._saved.then(() => this._keep(viewed, changes));
    }
  }

  private async _keep(viewed: IViewed, changes: Partial<IView>): Promise<void> {
    const { store, experimentId } = viewed;
    if (experimentId === null) {
      return;
    }
    try {
      // Somebody else may have changed another part of it since.
      const { value } = await this._source.view(store, experimentId);
      const view = { ...NO_VIEW, ...value, ...changes };
      await this._source.setView(store, experimentId, view);
    } catch (reason) {
      if (viewed === this._viewed) {
        this.update({ error: asRequestError(reason) });
      }
    }
  }

  private _viewed: IViewed | null = null;
  private _changes: Partial<IView> = {};
  private _saved: Promise<void> = Promise.resolve();
  private readonly _known = new Map<string, IView>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

function isEmpty(changes: Partial<IView>): boolean {
  return Object.keys(changes).length === 0;
}
