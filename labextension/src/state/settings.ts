/** What the kernel in front uses: asked for while someone looks. */

import { asRequestError, type RequestError } from '../request';
import type { INotebook, INotebookSource, ISettings } from '../types';
import { Observed } from './observed';

/** A cell that logs in a loop makes its kernel busy and idle many times: ask once. */
export const QUIET_MS = 1000;

/** A picture of the sidebar's data. Never changed in place: a new one is made. */
export interface ISnapshot {
  readonly notebook: INotebook | null;
  /** The last good answer about this kernel; `null` while there is none. */
  readonly settings: ISettings | null;
  /** Why the last request failed; `null` when it did not. */
  readonly error: RequestError | null;
  /** A request is under way. */
  readonly busy: boolean;
}

/** Asks for the settings of the current notebook's kernel; only while someone looks. */
export class SettingsState extends Observed<ISnapshot> {
  /**
   * @param source - The notebook in front.
   * @param fetch - Asks the server about one kernel, or about the default.
   */
  constructor(
    private readonly source: INotebookSource,
    private readonly fetch: (kernelId: string | null) => Promise<ISettings>
  ) {
    super({
      notebook: source.current,
      settings: null,
      error: null,
      busy: false
    });
    source.changed.connect(this._onChanged, this);
    source.executed.connect(this._onExecuted, this);
  }

  override dispose(): void {
    this._request += 1;
    clearTimeout(this._timer);
    this.source.changed.disconnect(this._onChanged, this);
    this.source.executed.disconnect(this._onExecuted, this);
    super.dispose();
  }

  /** The kernel in front went back to idle. */
  get executed(): INotebookSource['executed'] {
    return this.source.executed;
  }

  /** The name of the experiment into which the notebook in front logs. */
  get experimentName(): string | null {
    const { notebook, settings } = this.snapshot;
    if (!notebook || !settings) {
      return null;
    }
    const { name, source } = settings.experiment;
    // Without a name each notebook has its own, unless the environment names one that nobody told us.
    const own = source === 'environment' ? null : notebook.path;
    return name ?? own?.replace(/\.ipynb$/, '') ?? null;
  }

  /** Tell whether the panel can be seen: a hidden one asks nothing. */
  setVisible(visible: boolean): void {
    this._visible = visible;
    if (visible && this._stale) {
      void this.refresh();
    }
  }

  /** Ask now. The answer of the newest request wins, whichever arrives last. */
  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._stale = false;
    const request = ++this._request;
    this.update({ busy: true });
    try {
      const settings = await this.fetch(
        this.snapshot.notebook?.kernelId ?? null
      );
      if (request === this._request) {
        this.update({ settings, error: null, busy: false });
      }
    } catch (reason) {
      if (request === this._request) {
        this.update({ error: asRequestError(reason), busy: false });
      }
    }
  }

  private _onChanged(): void {
    const before = this.snapshot.notebook;
    const notebook = this.source.current;
    if (before?.kernelId === notebook?.kernelId) {
      this.update({ notebook });
      return;
    }
    // What is true of another kernel must not be shown beside this notebook's name, nor an answer that
    // is still on its way.
    this._request += 1;
    this.update({ notebook, settings: null, error: null, busy: false });
    this._wanted(0);
  }

  private _onExecuted(): void {
    this._wanted(QUIET_MS);
  }

  private _wanted(delay: number): void {
    this._stale = true;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      if (this._visible && this._stale) {
        void this.refresh();
      }
    }, delay);
  }

  private _visible = false;
  private _stale = true;
  private _request = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
