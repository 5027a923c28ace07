/** A registered model's page in a document, for tests that use it as a person does. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { Api } from '../api';
import type { IStoreChanged } from '../events';
import { ModelView } from '../registry/view';
import type { IStoreHealth } from '../runs';
import { type IRequest, ModelServer } from './modelserver';
import { OnPage } from './onpage';

export class ModelPage extends OnPage {
  readonly server = new ModelServer();
  readonly asked: IRequest[] = [];
  readonly changed = new Signal<this, IStoreChanged>(this);
  readonly copy = jest.fn<undefined, [string]>();
  readonly insert = jest.fn<undefined, [string]>();
  readonly leave = jest.fn();
  readonly open = {
    run: jest.fn(),
    compare: jest.fn(),
    adds: () => null,
    experiment: jest.fn(),
    model: jest.fn(),
    cell: jest.fn(() => Promise.resolve())
  };
  /** What the user was asked, and their answer. */
  readonly questions: string[] = [];
  agree = true;
  rendermime: IRenderMimeRegistry | null = null;
  visible = true;
  health: IStoreHealth = {
    ...{ name: 'workspace', readable: 'SQLite', kind: 'sqlite' },
    ...{ writable: true, ui: null, exists: true, problem: null }
  };
  /** Answers in place of the store, where it returns something. */
  refusal: ((request: IRequest) => Response | null) | null = null;

  show(name = 'churn'): Promise<string> {
    return this.render(
      <ModelView
        api={this._api}
        events={this}
        store="workspace"
        name={name}
        open={this.open}
        rendermime={this.rendermime}
        insert={this.insert}
        copy={this.copy}
        ask={{
          confirm: (_, body) => {
            this.questions.push(body);
            return Promise.resolve(this.agree);
          }
        }}
        leave={this.leave}
        visible={this.visible}
      />
    );
  }

  /** The server says that the store has changed. */
  tell(): void {
    this.changed.emit({ store: 'workspace', mark: String(this.asked.length) });
  }

  /** Requests but for reading, `METHOD path body`. */
  get sent(): string[] {
    return this.asked
      .filter(one => one.method !== 'GET')
      .map(one => `${one.method} ${one.path} ${JSON.stringify(one.body)}`);
  }

  get reads(): number {
    return this.asked.filter(one => one.path.startsWith('models/')).length;
  }

  private readonly _api = new Api(
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
        return (
          this.refusal?.(asked) ??
          this.server.answer(asked) ??
          new Response(JSON.stringify(this.health))
        );
      }
    })
  );
}
