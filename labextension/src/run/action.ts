/** Does what a button asks for: once at a time, and keeps why it failed. */

import * as React from 'react';

import { asRequestError, type RequestError } from '../request';

export interface IAction {
  busy: boolean;
  error: RequestError | null;
  /** @returns Did it work? */
  run: (work: () => Promise<void>) => Promise<boolean>;
}

export function useAction(): IAction {
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState<RequestError | null>(null);
  const run = React.useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (reason) {
      setError(asRequestError(reason));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, error, run };
}
