/** Registered models on a server of a test: it answers as the contract says, and moves aliases as nbtrack does. */

import type {
  IModelChange,
  IModelDetail,
  IModelVersion,
  IRegisteredModel
} from '../models';

export interface IRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

export function version(
  number: number,
  part: Partial<IModelVersion> = {}
): IModelVersion {
  return {
    ...{ name: 'churn', version: String(number), status: 'READY' },
    ...{ status_message: null, description: '', tags: [], aliases: [] },
    ...{ stage: null, created: 1_793_331_200_000, updated: null, user: 'ada' },
    ...{ run_id: `run-${number}`, run_name: `fox-${number}` },
    ...{ experiment_id: '1', notebook: 'notebooks/churn.ipynb' },
    ...{ cell_id: `cell-${number}`, model_id: `m-${number}`, source: null },
    ...part
  };
}

export function detail(part: Partial<IModelDetail> = {}): IModelDetail {
  return {
    ...{ name: 'churn', description: '', created: 1_793_331_200_000 },
    ...{ updated: null, tags: [], aliases: [], history: {}, previous: {} },
    ...{ latest: null, versions: null },
    capabilities: { logged_models: true, aliases: true, stages: false },
    notes: [],
    ...part
  };
}

/** One registered model and its versions, the newest first. */
export class ModelServer {
  model = detail();
  versions: IModelVersion[] = [];
  /** Others, of which only the list tells. */
  others: IRegisteredModel[] = [];
  /** Is the model there? */
  gone = false;

  /** Models as the list shows them. */
  get listed(): IRegisteredModel[] {
    const { name, description, created, updated, aliases } = this.model;
    const [first] = this.versions;
    const latest = first && { version: first.version, status: first.status };
    const one: IRegisteredModel = {
      ...{ name, description, created, updated, aliases },
      latest: latest ?? null,
      versions: this.versions.length
    };
    return this.gone ? this.others : [one, ...this.others];
  }

  /** Put an alias somewhere, as another user does. */
  put(alias: string, to: string | null): void {
    const others = this.model.aliases.filter(one => one.alias !== alias);
    const aliases = to === null ? [] : [{ alias, version: to }];
    this.model = { ...this.model, aliases: [...others, ...aliases] };
    this.versions = this.versions.map(one => ({
      ...one,
      aliases: this.model.aliases
        .filter(two => two.version === one.version)
        .map(two => two.alias)
    }));
  }

  /** @returns `null`: it is asked for something else. */
  answer({ method, path, query, body }: IRequest): Response | null {
    const [room, name, part, key] = path.split('/').map(decodeURIComponent);
    if (room !== 'models') {
      return null;
    }
    if (name === undefined) {
      const text = (query.get('query') ?? '').toLowerCase();
      return page(
        this.listed.filter(one => one.name.toLowerCase().includes(text)),
        query
      );
    }
    if (this.gone || name !== this.model.name) {
      return reply(
        { message: `No ${name}.`, hint: '', code: 'not_found' },
        404
      );
    }
    switch (`${method} ${part ?? ''}${key === undefined ? '' : '/…'}`) {
      case 'GET ':
        return reply(this.model);
      case 'GET versions':
        return page(this.versions, query);
      case 'PATCH ':
        return this.change(this.model, body as IModelChange, model => {
          this.model = model;
        });
      case 'PATCH versions/…': {
        const one = this.versions.find(two => two.version === key);
        return (
          (one &&
            this.change(one, body as IModelChange, changed => {
              this.versions = this.versions.map(two =>
                two.version === key ? changed : two
              );
            })) ??
          null
        );
      }
      case 'PUT aliases/…':
      case 'DELETE aliases/…':
        return this.move(key ?? '', body as Partial<IMove>);
      case 'DELETE versions/…':
        this.versions = this.versions.filter(one => one.version !== key);
        return reply({});
      case 'DELETE ':
        this.gone = true;
        return reply({});
      default:
        return null;
    }
  }

  private move(
    alias: string,
    { version: to, expected }: Partial<IMove>
  ): Response {
    const at =
      this.model.aliases.find(one => one.alias === alias)?.version ?? null;
    if (at !== (expected ?? null)) {
      const message = `${alias} was moved to version ${at ?? ''} by eve.`;
      return reply(
        { message, hint: '', code: 'conflict', current: { version: at } },
        409
      );
    }
    this.put(alias, to ?? null);
    return reply({});
  }

  private change<T extends Pick<IModelDetail, 'description' | 'tags'>>(
    one: T,
    { description, tags = {}, expected = {} }: IModelChange,
    save: (changed: T) => void
  ): Response {
    const has = new Map(one.tags.map(({ key, value }) => [key, value]));
    const current: Record<string, string | null> = {};
    for (const [field, believed] of Object.entries(expected)) {
      const now =
        field === 'description'
          ? one.description
          : (has.get(field.slice('tags.'.length)) ?? null);
      if (now !== believed) {
        current[field] = now;
      }
    }
    if (Object.keys(current).length) {
      const message = 'It has changed.';
      return reply({ message, hint: '', code: 'conflict', current }, 409);
    }
    for (const [key, value] of Object.entries(tags)) {
      if (value === null) {
        has.delete(key);
      } else {
        has.set(key, value);
      }
    }
    save({
      ...one,
      ...(description !== undefined && { description }),
      tags: [...has].map(([key, value]) => ({ key, value }))
    });
    return reply({});
  }
}

interface IMove {
  version: string;
  expected: string | null;
}

function page(items: unknown[], query: URLSearchParams): Response {
  const start = Number(query.get('page_token') ?? 0);
  const end = start + Number(query.get('max_results') ?? 100);
  const next = end < items.length ? String(end) : null;
  return reply({
    ...{ items: items.slice(start, end), next_page_token: next },
    total: items.length
  });
}

function reply(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status });
}
