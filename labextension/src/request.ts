/** One place that talks HTTP with the server extension and names what went wrong. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IErrorBody } from './types';

/** A request that failed, with what to do about it. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    body: IErrorBody
  ) {
    super(body.message);
    this.name = 'RequestError';
    this.hint = body.hint;
    this.code = body.code;
  }

  readonly hint: string;
  readonly code: string;
}

/** The code of a 404 that our server extension did not write: it isn't there. */
export const SERVER_MISSING = 'server_missing';

/**
 * GET `/nbtrack/api/<path>`.
 *
 * @param settings - The Jupyter server to ask, with its token.
 * @param path - The route below `/nbtrack/api/`.
 * @param query - The query; entries with `null` are left out.
 * @returns The answer's JSON.
 * @throws RequestError - For everything but a 2xx answer with JSON.
 */
export async function get(
  settings: ServerConnection.ISettings,
  path: string,
  query: Record<string, string | null> = {}
): Promise<unknown> {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== null
  );
  const url =
    URLExt.join(settings.baseUrl, 'nbtrack', 'api', path) +
    (given.length ? `?${new URLSearchParams(given).toString()}` : '');
  const response = await send(url, settings);
  const text = await response.text();
  if (!response.ok) {
    throw new RequestError(response.status, errorBody(response.status, text));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestError(response.status, {
      message: 'The Jupyter server sent an answer that nbtrack can’t read.',
      hint: 'A proxy or a login page may be in between: reload this page.',
      code: 'bad_answer'
    });
  }
}

async function send(
  url: string,
  settings: ServerConnection.ISettings
): Promise<Response> {
  try {
    return await ServerConnection.makeRequest(url, { method: 'GET' }, settings);
  } catch (error) {
    if (error instanceof ServerConnection.NetworkError) {
      throw new RequestError(0, {
        message: 'The Jupyter server does not answer.',
        hint: 'Check that it is still running and reachable, then retry.',
        code: 'network'
      });
    }
    throw error;
  }
}

function errorBody(status: number, text: string): IErrorBody {
  try {
    const body = JSON.parse(text) as Partial<IErrorBody> | null;
    if (typeof body?.message === 'string' && typeof body.code === 'string') {
      return {
        message: body.message,
        hint: body.hint ?? '',
        code: body.code
      };
    }
  } catch {
    // An HTML page of Jupyter's own or of a proxy: the status says enough.
  }
  return withoutBody(status);
}

function withoutBody(status: number): IErrorBody {
  switch (status) {
    case 401:
    case 403:
      return {
        message: 'The Jupyter server does not accept your login any more.',
        hint: 'Reload this page and log in again.',
        code: 'forbidden'
      };
    case 404:
      return {
        message: 'The server part of nbtrack is not running.',
        hint: 'Type this in a terminal and start JupyterLab again:',
        code: SERVER_MISSING
      };
    default:
      return {
        message: `The Jupyter server answered with status ${status}.`,
        hint: 'Its log, in the terminal it was started from, says more.',
        code: 'http'
      };
  }
}
