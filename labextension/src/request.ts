/** One place that talks HTTP with the server extension and names what went wrong. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { errorBody, RequestError } from './failure';
import type { Memory } from './memory';
import type { IAnswer } from './runs';
import type { IErrorBody } from './types';

export { asRequestError, RequestError, SERVER_MISSING } from './failure';

/** A list becomes one parameter for each of its items; `null` and `false` are left out. */
export type Query = Record<
  string,
  string | number | boolean | readonly string[] | null | undefined
>;

export type Verb = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * The address of `/nbtrack/api/<path>`.
 *
 * @param path - The route below `/nbtrack/api/`, its variable parts encoded.
 */
export function address(
  settings: ServerConnection.ISettings,
  path: string,
  query: Query = {}
): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      for (const one of value as readonly string[]) {
        given.append(key, one);
      }
    } else if (value === true) {
      given.append(key, '1');
    } else if (value !== null && value !== undefined && value !== false) {
      given.append(key, String(value));
    }
  }
  const text = given.toString();
  return (
    URLExt.join(settings.baseUrl, 'nbtrack', 'api', path) +
    (text ? `?${text}` : '')
  );
}

/**
 * GET JSON.
 *
 * @param memory - Keeps answers, so that an unchanged one is not sent again.
 * @throws RequestError - For everything but a good answer with JSON.
 */
export async function get(
  settings: ServerConnection.ISettings,
  path: string,
  query: Query = {},
  memory: Memory | null = null
): Promise<IAnswer<unknown>> {
  const url = address(settings, path, query);
  const known = memory?.find(url);
  const response = await exchange(settings, url, {
    method: 'GET',
    ...(known && { headers: { 'If-None-Match': known.etag } })
  });
  if (response.status === 304 && known) {
    return { value: known.value, ...age(response.headers) };
  }
  const text = await textOf(response);
  const value = parse(response.status, text);
  const etag = response.headers.get('ETag');
  if (etag) {
    memory?.keep(url, { etag, value, size: text.length });
  }
  return { value, ...age(response.headers) };
}

/** Send JSON with another verb. @returns The answer's JSON; `null` where there is none. */
export async function send(
  settings: ServerConnection.ISettings,
  verb: Verb,
  path: string,
  query: Query,
  body?: unknown
): Promise<unknown> {
  const response = await exchange(settings, address(settings, path, query), {
    method: verb,
    ...(body !== undefined && { body: JSON.stringify(body) })
  });
  const text = await textOf(response);
  return text ? parse(response.status, text) : null;
}

/** GET text as it is. */
export async function getText(
  settings: ServerConnection.ISettings,
  path: string,
  query: Query
): Promise<string> {
  const url = address(settings, path, query);
  return textOf(await exchange(settings, url, { method: 'GET' }));
}

async function exchange(
  settings: ServerConnection.ISettings,
  url: string,
  init: RequestInit
): Promise<Response> {
  try {
    return await ServerConnection.makeRequest(url, init, settings);
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

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) {
    throw new RequestError(response.status, errorBody(response.status, text));
  }
  return text;
}

function parse(status: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestError(status, {
      message: 'The Jupyter server sent an answer that nbtrack can’t read.',
      hint: 'A proxy or a login page may be in between: reload this page.',
      code: 'bad_answer'
    });
  }
}

/** Is this what the store says now, or what it said when it last answered? */
function age(headers: Headers): Omit<IAnswer<unknown>, 'value'> {
  const asOf = headers.get('X-Nbtrack-As-Of');
  if (asOf === null) {
    return { asOf: null, problem: null };
  }
  let problem: IErrorBody | null = null;
  try {
    problem = JSON.parse(
      headers.get('X-Nbtrack-Problem') ?? 'null'
    ) as IErrorBody | null;
  } catch {
    // The age says enough.
  }
  return { asOf: Number(asOf), problem };
}
