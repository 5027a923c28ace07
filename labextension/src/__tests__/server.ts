/** A Jupyter server for the tests: hands out what it is given and keeps what it was asked. */

import { ServerConnection } from '@jupyterlab/services';

export interface IAnswer {
  status?: number;
  body: string;
  headers?: Record<string, string>;
}

export function serverThat(
  answer: (request: Request) => IAnswer | Promise<IAnswer>
): {
  settings: ServerConnection.ISettings;
  asked: string[];
} {
  const asked: string[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://jupyter.test/a b/',
    fetch: async input => {
      const request = input as Request;
      asked.push(request.url);
      const { status = 200, body, headers = {} } = await answer(request);
      // The constructor takes no 304 with a body, not even an empty one.
      return new Response(status === 304 ? null : body, { status, headers });
    }
  });
  return { settings, asked };
}
