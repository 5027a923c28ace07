/** A Jupyter server for the tests: hands out what it is given and keeps what it was asked. */

import { ServerConnection } from '@jupyterlab/services';

export interface IAnswer {
  status?: number;
  body: string;
}

export function serverThat(answer: () => IAnswer | Promise<IAnswer>): {
  settings: ServerConnection.ISettings;
  asked: string[];
} {
  const asked: string[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://jupyter.test/a b/',
    fetch: async request => {
      asked.push((request as Request).url);
      const { status = 200, body } = await answer();
      return new Response(body, { status });
    }
  });
  return { settings, asked };
}
