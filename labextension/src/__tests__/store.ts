/** A Jupyter server with a store of runs in memory, for tests of everything above `fetch`. */

import { ServerConnection } from '@jupyterlab/services';

import { Api } from '../api';
import type { IExperimentItem, IRow, IView } from '../runs';

export function row(id: string, part: Partial<IRow> = {}): IRow {
  return {
    run_id: id,
    experiment_id: '1',
    name: `name of ${id}`,
    status: 'FINISHED',
    start_time: 1_000,
    end_time: 2_000,
    lifecycle_stage: 'active',
    user: 'ana',
    parent_run_id: null,
    children: 0,
    notebook: null,
    cell_id: null,
    execution_count: null,
    execution: null,
    source_sha256: null,
    models: 0,
    metric: null,
    values: {},
    ...part
  };
}

export function experiment(
  id: string,
  name: string,
  part: Partial<IExperimentItem> = {}
): IExperimentItem {
  return {
    experiment_id: id,
    name,
    lifecycle_stage: 'active',
    creation_time: 1,
    last_update_time: 1,
    runs: 0,
    note: '',
    ...part
  };
}

/** `count` rows, the newest first, as `run-0`, `run-1`, … */
export function rows(count: number, part: Partial<IRow> = {}): IRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(`run-${index}`, { start_time: 1_000_000 - index, ...part })
  );
}

interface IRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

export class TestStore {
  experiments: IExperimentItem[] = [];
  /** In the order in which they are listed. */
  rows: IRow[] = [];
  views = new Map<string, IView>();
  keys = { metrics: ['val_loss', 'my key'], params: ['lr'], tags: ['team'] };
  readonly asked: IRequest[] = [];
  /** Answers in place of the store; `null`: the store does. */
  instead: (request: IRequest) => Response | Promise<Response> | null = () =>
    null;

  readonly api = new Api(
    ServerConnection.makeSettings({
      baseUrl: 'http://jupyter.test/',
      fetch: async (input: RequestInfo | URL) => {
        const request = input as Request;
        const url = new URL(request.url);
        const text = await request.text();
        const asked: IRequest = {
          method: request.method,
          path: url.pathname.replace('/nbtrack/api/', ''),
          query: url.searchParams,
          body: text ? (JSON.parse(text) as unknown) : null
        };
        this.asked.push(asked);
        return (await this.instead(asked)) ?? this.answer(asked);
      }
    })
  );

  /** The requests for this path, `METHOD path`. */
  of(what: string): IRequest[] {
    return this.asked.filter(one => `${one.method} ${one.path}` === what);
  }

  private answer({ method, path, query, body }: IRequest): Response {
    const given = body as Record<string, unknown> & { run_ids: string[] };
    const [first, id, action] = path.split('/');
    switch (`${method} ${first ?? ''}${id ? '/…' : ''}${action ?? ''}`) {
      case 'GET experiments': {
        const deleted = query.get('deleted') === '1';
        return page(
          this.experiments.filter(
            one => (one.lifecycle_stage === 'deleted') === deleted
          )
        );
      }
      case 'POST experiments':
        this.experiments.push(experiment('new', given['name'] as string));
        return json({ experiment_id: 'new' });
      case 'PATCH experiments/…':
        this.change(id, { name: given['name'] as string });
        return json({});
      case 'DELETE experiments/…':
        this.change(id, { lifecycle_stage: 'deleted' });
        return json({});
      case 'POST experiments/…restore':
        this.change(id, { lifecycle_stage: 'active' });
        return json({});
      case 'GET experiments/…view':
        return json(
          this.views.get(id ?? '') ?? {
            columns: null,
            sort: null,
            pins: [],
            metric: null
          }
        );
      case 'PUT experiments/…view':
        this.views.set(id ?? '', body as IView);
        return json({});
      case 'GET runs':
        return this.runs(query);
      case 'POST runs/…': {
        const stage = id === 'delete' ? 'deleted' : 'active';
        this.rows = this.rows.map(one =>
          given.run_ids.includes(one.run_id)
            ? { ...one, lifecycle_stage: stage }
            : one
        );
        return json({ done: given.run_ids, failed: [] });
      }
      case 'GET keys':
        return json(this.keys);
      case 'POST watch':
        return json({ seconds: 30 });
      default:
        return json({ message: `${method} ${path}`, hint: '', code: 'x' }, 404);
    }
  }

  private runs(query: URLSearchParams): Response {
    const experiments = query.getAll('experiment_id');
    const parent = query.get('parent_run_id');
    const filter = query.get('filter') ?? '';
    const status = query.getAll('status');
    const wanted = this.rows.filter(
      one =>
        (one.lifecycle_stage === 'deleted') ===
          (query.get('deleted') === '1') &&
        (!experiments.length || experiments.includes(one.experiment_id)) &&
        (query.get('top_level') !== '1' || one.parent_run_id === null) &&
        (parent === null || one.parent_run_id === parent) &&
        (!status.length || status.includes(one.status)) &&
        (!filter.includes('run_id IN') || filter.includes(`'${one.run_id}'`)) &&
        (!filter.includes('ILIKE') ||
          one.name.includes(filter.split('%')[1] ?? ''))
    );
    // Like the real one, a token says behind which run the next page begins.
    const token = query.get('page_token');
    const start = token ? wanted.findIndex(one => one.run_id === token) + 1 : 0;
    const end = start + Number(query.get('max_results'));
    const items = wanted.slice(start, end);
    const next = end < wanted.length ? (items.at(-1)?.run_id ?? null) : null;
    return json({ items, next_page_token: next, total: wanted.length });
  }

  private change(id: string | undefined, part: Partial<IExperimentItem>): void {
    this.experiments = this.experiments.map(one =>
      one.experiment_id === id ? { ...one, ...part } : one
    );
  }
}

export function json(
  value: unknown,
  status = 200,
  headers: Record<string, string> = {}
): Response {
  return new Response(JSON.stringify(value), { status, headers });
}

function page(items: unknown[]): Response {
  return json({ items, next_page_token: null, total: items.length });
}

/** Let everything that is ready happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await new Promise(resolve => {
      setTimeout(resolve);
    });
  }
}
