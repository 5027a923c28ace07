/** How each group of routes asks the server: all share one memory of answers. */

import type { ServerConnection } from '@jupyterlab/services';

import { Memory } from './memory';
import { get, type Query, send, type Verb } from './request';
import type { IAnswer } from './runs';

export class Routes {
  /** @param server - The Jupyter server to ask, with its token. */
  constructor(protected readonly server: ServerConnection.ISettings) {}

  protected async get<T>(path: string, query: Query): Promise<IAnswer<T>> {
    return (await get(this.server, path, query, this._memory)) as IAnswer<T>;
  }

  protected async send<T>(
    verb: Verb,
    path: string,
    query: Query,
    body?: unknown
  ): Promise<T> {
    return (await send(this.server, verb, path, query, body)) as T;
  }

  private readonly _memory = new Memory();
}
