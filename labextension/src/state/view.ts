/** How the experiment in view is looked at: columns, sort, pins. Kept on the store, so that it follows the team. */

import { asRequestError, type RequestError } from '../request';
import type { IAnswer, IView, StoreName } from '../runs';
import { Observed } from './observed';
import { Unsaved } from './unsaved';

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

/** All that look at runs in this page: a pin that one sets is one of the others' too, and not lost by their next. */
const LOOKING = new Set<ViewState>();

export class ViewState extends Observed<IViewSnapshot> {
  /** @param _unsaved - Also what the page before this one could not save any more. */
  constructor(
    private readonly _source: IViewSource,
    private readonly _unsaved = new Unsaved()
  ) {
    super({ view: NO_VIEW, busy: false, error: null });
    LOOKING.add(this);
  }

  /** A change that was made just now is kept still. */
  override dispose(): void {
    this._save();
    LOOKING.delete(this);
    super.dispose();
  }

  /** Look at this now. */
  async show(viewed: IViewed): Promise<void> {
    this._save();
    this._viewed = viewed;
    const { store, experimentId, key } = viewed;
    const known = this._known.get(key);
    const asks = experimentId !== null;
    const unsaved = this._unsaved.get(key);
    let view = { ...(known ?? NO_VIEW), ...unsaved };
    this.update({ view, busy: asks && !known, error: null });
    if (!asks) {
      return;
    }
    this._save();
    try {
      const answer = await this._source.view(store, experimentId);
      // What is being written now may be missing in the answer.
      view = { ...NO_VIEW, ...answer.value, ...unsaved };
    } catch {
      // The list itself says what is wrong with the store; without a view it shows what it always can.
    }
    view = { ...view, ...this._unsaved.get(key) };
    this._known.set(key, view);
    if (viewed === this._viewed) {
      this.update({ view, busy: false });
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
    if (viewed.experimentId !== null) {
      this._unsaved.add(viewed.key, part);
    }
    this.update({ view });
    LOOKING.forEach(other => {
      other._follow(this, viewed, part);
    });
    this._saveSoon();
  }

  /** Another part of this page has changed how its runs are looked at. */
  private _follow(
    other: ViewState,
    { store, experimentId }: IViewed,
    part: Partial<IView>
  ): void {
    const { _viewed: viewed } = this;
    const isSame =
      viewed?.store === store &&
      experimentId !== null &&
      viewed.experimentId === experimentId;
    if (other !== this && viewed && isSame) {
      const view = { ...this.snapshot.view, ...part };
      this._known.set(viewed.key, view);
      if (this._unsaved.get(viewed.key)) {
        // Or what is still to be written here would undo it.
        this._unsaved.add(viewed.key, part);
        this._saveSoon();
      }
      this.update({ view });
    }
  }

  private _saveSoon(): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._save();
    }, SAVE_MS);
  }

  private _save(): void {
    clearTimeout(this._timer);
    const { _viewed: viewed } = this;
    if (viewed && this._unsaved.get(viewed.key)) {
      // One after the other: a store that is slow to write would else keep whichever comes last.
      this._saved = this._saved.then(() => this._keep(viewed));
    }
  }

  private async _keep(viewed: IViewed): Promise<void> {
    const { store, experimentId, key } = viewed;
    const changes = this._unsaved.get(key);
    if (experimentId === null || !changes) {
      return; // It was saved with another one.
    }
    let error: RequestError | null = null;
    try {
      // Somebody else may have changed another part of it since.
      const { value } = await this._source.view(store, experimentId);
      const view = { ...NO_VIEW, ...value, ...changes };
      await this._source.setView(store, experimentId, view);
    } catch (reason) {
      error = asRequestError(reason);
    }
    // One that is refused will be so again; one that has met no store may be sent again.
    if (error === null || (error.status >= 400 && error.status < 500)) {
      this._unsaved.drop(key, changes);
    }
    if (viewed === this._viewed && error !== this.snapshot.error) {
      this.update({ error });
    }
  }

  private _viewed: IViewed | null = null;
  private _saved: Promise<void> = Promise.resolve();
  private readonly _known = new Map<string, IView>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
