/** Requests that failed: what to say, and what to do about it. */

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
    this.current = body.current ?? {};
  }

  readonly hint: string;
  readonly code: string;
  /** After a conflict: what the store has, by the names of `expected`. */
  readonly current: Record<string, string | null>;
}

/** The code of a 404 that our server extension did not write: it isn't there. */
export const SERVER_MISSING = 'server_missing';

/** Make something that can be shown of whatever was thrown. */
export function asRequestError(reason: unknown): RequestError {
  if (reason instanceof RequestError) {
    return reason;
  }
  // Not a failed request but a fault of ours: keep the stack for a bug report.
  console.error('nbtrack:', reason);
  return new RequestError(0, {
    message: `nbtrack failed: ${String(reason)}`,
    hint: 'The browser’s console says more.',
    code: 'fault'
  });
}

/** The body of an error answer, or what its status says where it has none of ours. */
export function errorBody(status: number, text: string): IErrorBody {
  try {
    const body = JSON.parse(text) as Partial<IErrorBody> | null;
    if (typeof body?.message === 'string' && typeof body.code === 'string') {
      return {
        message: body.message,
        hint: body.hint ?? '',
        code: body.code,
        ...(body.current && { current: body.current })
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
