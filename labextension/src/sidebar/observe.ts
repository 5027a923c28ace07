/** Connects React to the states, and to the clock. */

import * as React from 'react';

import type { Observed } from '../state/observed';

/** The state's snapshot; the component is drawn again when it changes. */
export function useObserved<S extends object>(state: Observed<S>): S {
  const subscribe = React.useCallback(
    (notify: () => void) => {
      state.changed.connect(notify);
      return () => {
        state.changed.disconnect(notify);
      };
    },
    [state]
  );
  return React.useSyncExternalStore(subscribe, () => state.snapshot);
}

/**
 * The present, in whole steps.
 *
 * @param step - Milliseconds.
 * @param ticking - While `false`, time stands still.
 */
export function useNow(step: number, ticking: boolean): number {
  const subscribe = React.useCallback(
    (notify: () => void) => {
      if (!ticking) {
        return () => undefined;
      }
      const timer = setInterval(notify, step);
      return () => {
        clearInterval(timer);
      };
    },
    [step, ticking]
  );
  return React.useSyncExternalStore(
    subscribe,
    () => Math.floor(Date.now() / step) * step
  );
}
