/** Reads of a live card's frame what a badge tells. */

import { count, isBag, list, num, number, text, word } from '../../live/check';
import { readHead } from '../../live/frame';
import type { IMetricValue } from '../../runs';

const STATUSES = ['RUNNING', 'FINISHED', 'FAILED', 'KILLED'] as const;
/** More values than a kernel sends. */
const MOST = 100;

/** One execution of a cell, as its card tells of it. */
export interface ILive {
  /** Name of the card: of this execution. */
  card: string;
  cellId: string;
  /** The first run of the execution. */
  runId: string;
  title: string;
  runs: number;
  status: (typeof STATUSES)[number];
  /** ms since the epoch, the kernel's clock. */
  started: number;
  metrics: IMetricValue[];
}

/** Return what a message is about; `null` if it is no frame, or of no run or cell. */
export function readLive(data: unknown): ILive | null {
  const head = readHead(data);
  if (!head || !isBag(data)) {
    return null;
  }
  const cellId = text(data['cell_id']);
  const runId = text(data['run_id']);
  if (!cellId || !runId) {
    return null;
  }
  return {
    card: head.card,
    cellId,
    runId,
    title: text(data['title']),
    runs: Math.max(1, count(data['runs'])),
    status: word(data['status'], STATUSES, 'RUNNING'),
    started: number(data['started'], 0),
    metrics: list(data['values'], MOST, one => {
      const value = num(one['last']);
      const key = text(one['metric']);
      return value === null || !key ? null : { key, value };
    })
  };
}
