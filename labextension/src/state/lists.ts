/** What the sidebar shows, and how its parts depend on each other. */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { IStoreChanged } from '../events';
import type { IAnswer, IExperimentItem, IKeys, StoreName } from '../runs';
import type { FetchRuns } from './asker';
import type { Attention } from './attention';
import { ExperimentsState, type IExperimentSource } from './experiments';
import { FilterState } from './filter';
import { KeysState } from './keys';
import { type IModelsSource, ModelsState } from './models';
import { Place, scopeKey } from './place';
import { DURATION, runQuery } from './query';
import { type IRemovalSource, Removal } from './removal';
import { RunsState } from './runs';
import { Selection } from './selection';
import type { SettingsState } from './settings';
import { below, has } from './tree';
import type { Unsaved } from './unsaved';
import { type IViewSource, ViewState } from './view';
import { Watch } from './watch';

/** A view that takes longer is not waited for: the list comes without it, and once more with it. */
export const VIEW_MS = 300;

/** Experiments change seldom, and less than their runs do. */
const EXPERIMENTS_MS = 5000;

/** `null`: of all experiments. */
type Ids = readonly string[] | null;

export interface IListsSource
  extends IExperimentSource, IViewSource, IRemovalSource, IModelsSource {
  runs: FetchRuns;
  keys(store: StoreName, experimentIds: Ids): Promise<IAnswer<IKeys>>;
  watch(store: StoreName, experimentIds: Ids): Promise<void>;
}

export class Lists implements IDisposable {
  constructor(
    source: IListsSource,
    readonly settings: SettingsState,
    readonly attention: Attention,
    private readonly _events: ISignal<unknown, IStoreChanged>,
    interval: () => number,
    unsaved?: Unsaved
  ) {
    this.experiments = new ExperimentsState(source);
    this.runs = new RunsState((store, query) => source.runs(store, query));
    this.view = new ViewState(source, unsaved);
    this.keys = new KeysState((store, ids) => source.keys(store, ids));
    this.models = new ModelsState(source, () => this._looked);
    this.removal = new Removal(
      source,
      ids => {
        this.runs.drop(ids);
        this.selection.drop(ids);
        void this._refreshExperiments();
      },
      () => void this.refresh()
    );
    this.watch = new Watch(
      attention,
      ({ store, experimentIds }) => source.watch(store, experimentIds),
      interval
    );
    this.experiments.setStore(this.place.snapshot.store);
    this.watch.due.connect(this._onDue, this);
    this.place.changed.connect(this._onPlace, this);
    this.filter.changed.connect(this._ask, this);
    this.view.changed.connect(this._onView, this);
    this.experiments.changed.connect(this._onExperiments, this);
    settings.changed.connect(this._onSettings, this);
    // A cell has ended: its runs may have, too, and the server only looks once in a while.
    settings.executed.connect(this._onExecuted, this);
    _events.connect(this._onEvent, this);
    this._onPlace();
  }

  readonly place = new Place();
  readonly filter = new FilterState();
  readonly selection = new Selection();
  readonly experiments: ExperimentsState;
  readonly runs: RunsState;
  readonly view: ViewState;
  readonly keys: KeysState;
  readonly models: ModelsState;
  readonly removal: Removal;
  readonly watch: Watch;

  get isDisposed(): boolean {
    return this.place.isDisposed;
  }

  dispose(): void {
    this._events.disconnect(this._onEvent, this);
    this.settings.executed.disconnect(this._onExecuted, this);
    this.settings.changed.disconnect(this._onSettings, this);
    for (const part of [this.watch, this.removal, this.keys, this.view]) {
      part.dispose();
    }
    for (const part of [this.runs, this.experiments, this.models]) {
      part.dispose();
    }
    for (const part of [this.selection, this.filter, this.place]) {
      part.dispose();
    }
  }

  /** Ask for everything in view again. */
  async refresh(): Promise<void> {
    void this.models.refresh();
    await Promise.all([this._refreshExperiments(), this.runs.refresh()]);
  }

  /** Experiments whose runs are listed; `null`: all. `undefined`: not known until the experiments are. */
  get experimentIds(): Ids | undefined {
    const { scope } = this.place.snapshot;
    if (scope.kind === 'all') {
      return null;
    }
    if (scope.kind === 'experiment') {
      return [scope.id];
    }
    const { items } = this.experiments.snapshot;
    const ids = below(items ?? [], scope.path).map(one => one.experiment_id);
    return ids.length ? ids : undefined;
  }

  /** The name of the experiment into which the notebook in front logs. */
  get currentName(): string | null {
    return this.settings.experimentName;
  }

  get current(): IExperimentItem | null {
    const name = this.currentName;
    return name === null ? null : this.experiments.named(name);
  }

  /** Are the lists in view? A page in their place looks after itself. */
  private get _looked(): boolean {
    const { run, model } = this.place.snapshot;
    return this._ready && this.attention.visible && !run && !model;
  }

  private _onDue(): void {
    if (!this._looked) {
      return;
    }
    const { error, asOf } = this.experiments.snapshot;
    // What could not be had is asked for each time: that the store is back is told once only.
    const unwell = error !== null || asOf !== null;
    if (unwell || Date.now() - this._experimentsAt >= EXPERIMENTS_MS) {
      void this._refreshExperiments();
    }
    this.models.due();
    if (!this._ask()) {
      void this.runs.refresh();
    }
  }

  private _onEvent(_: unknown, { store }: IStoreChanged): void {
    this.watch.heard(store);
  }

  private _onExecuted(): void {
    this.watch.heard(this.place.snapshot.store);
  }

  private _onSettings(): void {
    const { settings } = this.settings.snapshot;
    const name = settings?.store.name;
    const first = !this._ready && settings !== null;
    if (settings?.stores) {
      const names = settings.stores.map(store => store.name);
      this.place.knowStores([...names, name ?? '']);
    }
    // A server part that is older than the page has one store only.
    this.place.followStore(name ?? this.place.snapshot.store);
    if (first) {
      // Now it is known whose runs are wanted, and that somebody answers.
      this._ready = true;
      this._onDue();
    } else {
      this._ask();
    }
  }

  private _onPlace(): void {
    const { store, scope } = this.place.snapshot;
    const key = `${store}\n${scopeKey(scope)}`;
    if (store !== this._store) {
      this._store = store;
      this._experimentsAt = 0;
      this.experiments.setStore(store);
      this.models.setStore(store);
      if (this._looked) {
        void this._refreshExperiments();
        void this.models.refresh();
      }
    }
    this.watch.follow({ store: this.place.storeInView, experimentIds: null });
    if (key === this._scope) {
      this._onDue();
      return;
    }
    this._scope = key;
    this._asked = '';
    this.selection.clear();
    this.selection.activate(null);
    // At once: the rows in view are not those that were chosen, though the others are asked for later.
    this.runs.leave(true);
    this._ask();
  }

  private _onView(): void {
    this.runs.setPins(this.view.snapshot.view.pins);
    this._ask();
  }

  private _onExperiments(): void {
    const { items, deleted } = this.experiments.snapshot;
    if (items && !deleted) {
      this.place.knowScopes(scope => has(items, scope));
    }
    if (this.place.snapshot.scope.kind === 'folder') {
      this._ask();
    }
  }

  /**
   * Ask for the runs, if what is asked has changed and somebody looks.
   *
   * @returns Whether it has, and they are being asked for or soon will be.
   */
  private _ask(): boolean {
    const ids = this.experimentIds;
    const { items } = this.experiments.snapshot;
    if (ids === undefined && items && this.runs.snapshot.order === null) {
      this.runs.leave(false); // a folder without experiments
    }
    if (
      !this._ready ||
      !this.attention.visible ||
      ids === undefined ||
      this.isDisposed
    ) {
      return false;
    }
    const { store, scope } = this.place.snapshot;
    if (this._viewed !== this._scope) {
      this._viewed = this._scope;
      const experimentId = scope.kind === 'experiment' ? scope.id : null;
      this._viewDue = Date.now() + VIEW_MS;
      void this.view.show({ store, experimentId, key: this._scope });
      setTimeout(() => {
        this._ask();
      }, VIEW_MS);
    }
    const { view, busy } = this.view.snapshot;
    if (busy && Date.now() < this._viewDue) {
      return true;
    }
    this.keys.follow(store, ids);
    const { settings, filter } = this;
    const query = runQuery(
      filter.snapshot.applied,
      ids,
      settings.snapshot.notebook?.path ?? null,
      view.columns ?? [],
      view.sort
    );
    const asked = JSON.stringify([store, query]);
    const isNew = asked !== this._asked;
    this._asked = asked;
    const shown = isNew
      ? this.runs.show({ store, query, scope: this._scope })
      : Promise.resolve();
    if (view.sort?.startsWith(DURATION)) {
      // No store sorts by it: the page does, once it has them all.
      void shown.then(() => this.runs.all());
    }
    return isNew;
  }

  private async _refreshExperiments(): Promise<void> {
    this._experimentsAt = Date.now();
    await this.experiments.refresh();
  }

  private _ready = false;
  private _store = '';
  private _scope = '';
  private _viewed = '';
  private _asked = '';
  private _viewDue = 0;
  private _experimentsAt = 0;
}
