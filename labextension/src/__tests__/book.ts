/** A notebook in JupyterLab's own widgets, with badges, a kernel moved by hand, and a Jupyter server to ask. */

import { NotebookModel, type NotebookPanel } from '@jupyterlab/notebook';
import { NBTestUtils } from '@jupyterlab/notebook/lib/testutils';
import { type Event, ServerConnection } from '@jupyterlab/services';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { Api } from '../api';
import { CHANGED, StoreEvents } from '../events';
import { LEAD } from '../notebook/badges/asker';
import { NotebookBadges } from '../notebook/badges/notebook';
import { Preferences } from '../preferences';
import type { ICellRuns, IRow } from '../runs';
import { HandSession } from './kernel';
import { row } from './row';

class Panel extends Widget {
  readonly session = new HandSession();
  readonly sessionContext = this.session.asContext;
  readonly content = NBTestUtils.createNotebook();
  readonly context = {
    localPath: 'study.ipynb',
    ready: Promise.resolve(),
    pathChanged: new Signal<object, string>({})
  };
}

/** What the server was asked. */
export interface IAsked {
  route: string;
  store: string | null;
  body: { notebook?: string; cell_ids?: string[] };
}

export class Book {
  constructor() {
    const model = new NotebookModel();
    model.fromJSON({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: ['a', 'b', 'c'].map(id => ({
        id,
        cell_type: 'code',
        source: 'fit()',
        metadata: {},
        outputs: [],
        execution_count: 1
      }))
    });
    this.panel.content.model = model;
    this.panel.node.append(this.panel.content.node);
    Widget.attach(this.panel, document.body);
  }

  readonly panel = new Panel();
  readonly session = this.panel.session;
  /** What a click has opened. */
  readonly opened: [string, string][] = [];
  readonly asked: IAsked[] = [];
  store = 'workspace';
  /** Has the kernel loaded nbtrack? */
  loaded = true;
  /** The next answer, where it is an error. */
  failure: Response | null = null;

  /** The store has runs of a cell. */
  give(cellId: string, executions = 1, latest: Partial<IRow> = {}): void {
    const one = { cell_id: cellId, together: 1, since: null };
    const newest = row({ cell_id: cellId, ...latest });
    this._runs[cellId] = { ...one, executions, latest: newest };
  }

  async open(): Promise<void> {
    await this._preferences.follow({
      load: () => Promise.resolve(this._settings)
    } as unknown as ISettingRegistry);
    this._badges = new NotebookBadges(this.panel as unknown as NotebookPanel, {
      api: new Api(
        ServerConnection.makeSettings({
          baseUrl: 'http://jupyter.test/',
          fetch: request => this._answer(request as Request)
        })
      ),
      open: {
        run: (store, runId) => {
          this.opened.push([store, runId]);
        },
        compare: () => undefined,
        adds: () => null,
        model: () => undefined,
        experiment: () => undefined,
        cell: () => Promise.resolve()
      },
      events: new StoreEvents(this._stream as unknown as Event.Stream),
      preferences: this._preferences
    });
    await pass(LEAD + 50);
  }

  close(): void {
    this._badges?.dispose();
    this.panel.content.dispose();
    this.panel.dispose();
  }

  get model(): NotebookModel {
    return this.panel.content.model as NotebookModel;
  }

  /** What stands under each cell. */
  get shown(): (string | null)[] {
    return this.panel.content.widgets.map(cell => {
      const found = cell.node.querySelectorAll('.nbtrack-CellBadge button');
      expect(found.length).toBeLessThan(2);
      return found[0]?.getAttribute('aria-label') ?? null;
    });
  }

  /** The first badge. */
  get button(): HTMLButtonElement {
    const found = this.panel.node.querySelector('.nbtrack-CellBadge button');
    if (!(found instanceof HTMLButtonElement)) {
      throw new Error('There is no badge.');
    }
    return found;
  }

  /** The questions for a route. */
  questions(route: string): IAsked[] {
    return this.asked.filter(one => one.route === route);
  }

  change(store: string, mark: string): void {
    this._stream.emit({ schema_id: CHANGED, store, mark });
  }

  setBadges(badges: boolean): void {
    this._settings.composite = { badges };
    this._settings.changed.emit();
  }

  private async _answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const route = url.pathname.replace('/nbtrack/api/', '');
    const text = request.method === 'POST' ? await request.text() : '{}';
    const body = JSON.parse(text) as IAsked['body'];
    this.asked.push({ route, store: url.searchParams.get('store'), body });
    const { failure } = this;
    if (failure) {
      this.failure = null;
      return failure;
    }
    const ids = body.cell_ids ?? [];
    const answer =
      route === 'settings'
        ? { store: { name: this.store }, kernel: this.loaded ? {} : null }
        : { items: ids.flatMap(id => this._runs[id] ?? []) };
    return new Response(JSON.stringify(answer));
  }

  private readonly _runs: Record<string, ICellRuns> = {};
  private readonly _stream = new Signal<object, unknown>({});
  private readonly _preferences = new Preferences();
  private readonly _settings = new Settings();
  private _badges: NotebookBadges | null = null;
}

class Settings {
  composite = {};
  readonly changed = new Signal<this, void>(this);
}

/** The real one: tests stop the time. */
const later = setTimeout;

export function stopTime(): void {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
}

/** Let so many ms pass, and what they set in motion come to an end: answers and checksums wait for no timer. */
export async function pass(time: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(time);
  await new Promise(resolve => later(resolve, 10));
  await jest.advanceTimersByTimeAsync(0);
}
