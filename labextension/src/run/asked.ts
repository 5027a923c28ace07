/** Asks the server for what a part of a page shows. */

import * as React from 'react';

import { asRequestError, type RequestError } from '../request';

export interface IAsked<T> {
  /** The last good answer. */
  value: T | null;
  /** Why the last request failed. */
  error: RequestError | null;
  retry: () => void;
}

/**
 * Ask, and again whenever `ask` is another function. What was answered before stays until then.
 *
 * @param ask - Made by `useCallback`.
 * @param stamp - Another one: the answer may be another too.
 */
export function useAsked<T>(ask: () => Promise<T>, stamp = ''): IAsked<T> {
  const [answer, setAnswer] = React.useState<Omit<IAsked<T>, 'retry'>>({
    value: null,
    error: null
  });
  const [tries, setTries] = React.useState(0);
  React.useEffect(() => {
    let wanted = true;
    ask().then(
      value => {
        if (wanted) {
          setAnswer({ value, error: null });
        }
      },
      (reason: unknown) => {
        if (wanted) {
          const error = asRequestError(reason);
          setAnswer(old => ({ value: old.value, error }));
        }
      }
    );
    return () => {
      wanted = false;
    };
  }, [ask, tries, stamp]);
  const retry = React.useCallback(() => {
    setTries(count => count + 1);
  }, []);
  return { ...answer, retry };
}
