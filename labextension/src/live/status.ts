/** The word for what a card's cell does. */

import type { Connection, Status } from './types';

const WORDS: Record<Status, string> = {
  RUNNING: 'running',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'stopped'
};

/** Return the word; only of a running cell it matters whether its kernel can be heard. */
export function statusWord(status: Status, connection: Connection): string {
  if (status !== 'RUNNING' || connection === 'open') {
    return WORDS[status];
  }
  return connection === 'lost' ? 'no longer connected' : 'no longer running';
}
