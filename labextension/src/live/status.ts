/** The word for what a card's cell does. */

import type { Connection, Status } from './types';

const WORDS: Record<Status, string> = {
  RUNNING: 'running',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'stopped'
};

const UNHEARD: Record<Exclude<Connection, 'open'>, string> = {
  cut: 'connection lost, trying again',
  lost: 'no longer connected',
  ended: 'no longer running'
};

/** Return the word; only of a running cell it matters whether its kernel can be heard. */
export function statusWord(status: Status, connection: Connection): string {
  return status !== 'RUNNING' || connection === 'open'
    ? WORDS[status]
    : UNHEARD[connection];
}
