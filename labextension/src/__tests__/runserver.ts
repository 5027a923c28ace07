/** A Jupyter server that holds one store's runs, for tests of the page: it answers as the contract says. */

import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type { IStoreChanged } from '../events';
import type {
  IArtifact,
  IRunChange,
  IRunDetail,
  ISeries,
  IStoreHealth,
  ITable
} from '../runs';
import { TEMPLATE } from './snapshot';

export const RUN: IRunDetail = {
  run_id: 'a'.repeat(32),
  experiment_id: '7',
  name: 'amused-owl-12',
  status: 'FINISHED',
  start_time: 1_793_331_200_000,
  end_time: 1_793_331_265_000,
  lifecycle_stage: 'active',
  user: 'ada',
  parent_run_id: null,
  children: 0,
  notebook: 'notebooks/churn.ipynb',
  cell_id: 'cell-1',
  execution_count: 14,
  execution: null,
  source_sha256: null,
  metric: { key: 'val_loss', value: 0.25 },
  values: {},
  experiment_name: 'notebooks/churn',
  note: '',
  artifact_uri: 'file:///store/artifacts',
  params: [
    { key: 'lr', value: '0.1' },
    { key: 'depth', value: '6' }
  ],
  metrics: [
    {
      ...{
        key: 'val_loss',
        value: 0.25,
        step: 3,
        timestamp: 1_793_331_203_000
      },
      ...{ min: 0.125, max: 1, count: 4 }
    },
    {
      ...{
        key: 'accuracy',
        value: 'NaN',
        step: 0,
        timestamp: 1_793_331_203_000
      },
      ...{ min: null, max: 'Infinity', count: 1 }
    }
  ],
  tags: [
    { key: 'team', value: 'churn' },
    { key: 'mlflow.source.git.commit', value: 'c0ffee' },
    { key: 'mlflow.source.git.branch', value: 'main' },
    { key: 'mlflow.source.git.dirty', value: 'true' }
  ],
  datasets: [],
  models: [],
  previous_run_id: null
};

const HEALTH: IStoreHealth = {
  name: 'workspace',
  readable: 'SQLite · mlflow.db',
  kind: 'sqlite',
  writable: true,
  ui: null,
  exists: true,
  problem: null
};

interface IRequest {
  verb: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

interface IReply {
  status?: number;
  body: unknown;
  headers?: Record<string, string>;
}

export class RunServer {
  constructor() {
    this.settings = ServerConnection.makeSettings({
      baseUrl: 'http://jupyter.test/',
      fetch: async input => {
        const request = input as Request;
        const url = new URL(request.url);
        const text = await request.text();
        const asked = {
          verb: request.method,
          path: url.pathname.replace('/nbtrack/api/', ''),
          query: url.searchParams,
          body: text ? (JSON.parse(text) as unknown) : null
        };
        this.asked.push(asked);
        const {
          status = 200,
          body,
          headers = {}
        } = this.refusal?.(asked) ?? this._answer(asked);
        const sent = typeof body === 'string' ? body : JSON.stringify(body);
        return new Response(sent, { status, headers });
      }
    });
  }

  readonly settings: ServerConnection.ISettings;
  readonly asked: IRequest[] = [];
  readonly runs = new Map<string, IRunDetail>([[RUN.run_id, RUN]]);
  health = HEALTH;
  folders: Record<string, IArtifact[]> = { '': [] };
  files: Record<string, string> = {};
  table: ITable = { columns: [], rows: [], total: 0 };
  /** Set while the store does not answer and this server remembers. */
  asOf: number | null = null;
  /** Answers in place of the store, where it returns something. */
  refusal: ((request: IRequest) => IReply | null) | null = null;
  /** What the server tells open pages. */
  readonly changed = new Signal<this, IStoreChanged>(this);

  /** Change a run as another user would, and tell the page. */
  set(part: Partial<IRunDetail>, runId = RUN.run_id): void {
    const run = this.runs.get(runId) ?? { ...RUN, run_id: runId };
    this.runs.set(runId, { ...run, ...part });
    this.tell();
  }

  tell(): void {
    const mark = String(++this._marks);
    this.changed.emit({ store: 'workspace', mark });
  }

  /** The bodies that were sent with a verb. */
  sent(verb: string): unknown[] {
    return this.asked.filter(one => one.verb === verb).map(one => one.body);
  }

  count(path: string): number {
    return this.asked.filter(one => one.path === path).length;
  }

  private _answer({ verb, path, query, body }: IRequest): IReply {
    const [room, id = '', part] = path.split('/').map(decodeURIComponent);
    const run = this.runs.get(id);
    const at = query.get('path') ?? '';
    const old = {
      'X-Nbtrack-As-Of': String(this.asOf),
      'X-Nbtrack-Problem': JSON.stringify({
        ...{ message: 'It is asleep.', hint: 'Wait.', code: 'x' }
      })
    };
    if (verb === 'PATCH' && run) {
      return this._change(run, body as IRunChange);
    }
    if (room === 'runs' && (id === 'delete' || id === 'restore')) {
      const ids = (body as { run_ids: string[] }).run_ids;
      for (const one of ids) {
        const lifecycle_stage = id === 'delete' ? 'deleted' : 'active';
        this.set({ lifecycle_stage }, one);
      }
      return { body: { done: ids, failed: [] } };
    }
    switch (part ?? room) {
      case 'runs':
        return run
          ? { body: run, ...(this.asOf !== null && { headers: old }) }
          : { status: 404, body: missing(id) };
      case 'store':
        return { body: this.health };
      case 'experiments':
        return {
          body: page([{ experiment_id: '7', name: 'notebooks/churn' }])
        };
      case 'chart':
        return { body: TEMPLATE };
      case 'watch':
        return { body: {} };
      case 'history':
        return { body: page(this._history(query)) };
      case 'artifacts':
        return at in this.folders
          ? { body: page(this.folders[at] ?? []) }
          : { status: 404, body: missing(at) };
      case 'artifact':
        return at in this.files
          ? { body: this.files[at] ?? '' }
          : { status: 404, body: missing(at) };
      case 'table':
        return { body: this.table };
      default:
        return { status: 404, body: missing(path) };
    }
  }

  private _change(run: IRunDetail, change: IRunChange): IReply {
    const tags = new Map(run.tags.map(({ key, value }) => [key, value]));
    const current: Record<string, string | null> = {};
    for (const [field, expected] of Object.entries(change.expected ?? {})) {
      const has =
        field === 'name' || field === 'note'
          ? run[field]
          : (tags.get(field.slice('tags.'.length)) ?? null);
      if (has !== expected) {
        current[field] = has;
      }
    }
    if (Object.keys(current).length) {
      const body = { ...missing(''), code: 'conflict', current };
      return { status: 409, body: { ...body, message: 'It has changed.' } };
    }
    for (const [key, value] of Object.entries(change.tags ?? {})) {
      if (value === null) {
        tags.delete(key);
      } else {
        tags.set(key, value);
      }
    }
    this.set(
      {
        ...(change.name !== undefined && { name: change.name }),
        ...(change.note !== undefined && { note: change.note }),
        ...(change.status && { status: change.status }),
        tags: [...tags].map(([key, value]) => ({ key, value }))
      },
      run.run_id
    );
    return { body: {} };
  }

  private _history(query: URLSearchParams): ISeries[] {
    return query.getAll('run_id').flatMap(run_id =>
      query.getAll('key').map(key => ({
        run_id,
        key,
        points: {
          step: [0, 1, 2, 3],
          value: [1, 'NaN' as const, 0.125, 0.25],
          timestamp: [0, 1, 2, 3].map(i => 1_793_331_200_000 + 1000 * i)
        },
        total: 4
      }))
    );
  }

  private _marks = 0;
}

function page(items: unknown[]): unknown {
  return { items, next_page_token: null, total: items.length };
}

function missing(what: string): Record<string, string> {
  return { message: `No ${what}.`, hint: '', code: 'not_found' };
}
