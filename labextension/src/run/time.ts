/** Moments and durations, and the clock of a page. */

import * as React from 'react';

/** The present, told once a second while `running`. */
export function useNow(running: boolean): number {
  const subscribe = React.useCallback(
    (notify: () => void) => {
      if (!running) {
        return () => undefined;
      }
      const timer = setInterval(notify, 1000);
      return () => {
        clearInterval(timer);
      };
    },
    [running]
  );
  return React.useSyncExternalStore(subscribe, second);
}

/** Whole seconds, so that a second look within one draws nothing. */
function second(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}

/** «22 Nov 2026, 10:42:07», in the user's time zone. */
export function formatMoment(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime())
    ? String(milliseconds)
    : MOMENT.format(moment);
}

/** «10:42», or with its date where that is not today. */
export function formatAge(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return moment.toDateString() === new Date().toDateString()
    ? CLOCK.format(moment)
    : formatMoment(milliseconds);
}

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium'
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
