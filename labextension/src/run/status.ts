/** The words for MLflow's statuses; a status that MLflow doesn't know speaks for itself. */

import type { Status } from '../runs';

const WORDS = new Map<string, string>([
  ['RUNNING', 'running'],
  ['SCHEDULED', 'scheduled'],
  ['FINISHED', 'finished'],
  ['FAILED', 'failed'],
  ['KILLED', 'stopped']
]);

export function statusWord(status: Status): string {
  return WORDS.get(status) ?? status;
}
