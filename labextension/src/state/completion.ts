/** Completes what is written in the filter box with the keys that the runs have. */

import type { IKeys } from '../runs';
import { ATTRIBUTES } from './query';

export interface ISuggestion {
  /** As it is shown. */
  readonly label: string;
  /** The whole text once it is taken. */
  readonly text: string;
  /** Where the caret goes. */
  readonly caret: number;
}

const MOST = 50;
const STATUSES = ['RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'SCHEDULED'];

/** What is being written at the caret: a name, from the start or behind an AND. */
const NAME_HERE = /(?:^|\band\s+)((?:\w+\.)?(?:`[^`]*`?|[^\s=<>!'"`]*))$/i;
const STATUS_HERE = /\bstatus\s*!?=\s*'?(\w*)$/i;

/**
 * What could follow, the likeliest first.
 *
 * @param caret - Index in `text`.
 * @param all - Also where nothing is written yet.
 */
export function suggestions(
  text: string,
  caret: number,
  keys: IKeys | null,
  all = false
): ISuggestion[] {
  const before = text.slice(0, caret);
  const after = text.slice(caret).replace(/^[\w.'`]*/, '');
  const put = (label: string, start: number, piece: string): ISuggestion => ({
    label,
    text: text.slice(0, start) + piece + after,
    caret: start + piece.length
  });
  const status = STATUS_HERE.exec(before);
  if (status) {
    const begun = status[1]?.toUpperCase() ?? '';
    const start = before.length - begun.length;
    const open = before[start - 1] === "'" ? start - 1 : start;
    return STATUSES.filter(one => one.startsWith(begun) && one !== begun).map(
      one => put(one, open, `'${one}'`)
    );
  }
  const begun = NAME_HERE.exec(before)?.[1];
  if (begun === undefined || (begun === '' && !all)) {
    return [];
  }
  const start = before.length - begun.length;
  return matches(begun, names(keys)).map(one =>
    put(one, start, `${quote(one)} `)
  );
}

/** The names of all keys, as columns and filters call them. */
export function names(keys: IKeys | null): string[] {
  return [
    ...(keys?.metrics ?? []).map(key => `metrics.${key}`),
    ...(keys?.params ?? []).map(key => `params.${key}`),
    ...ATTRIBUTES,
    ...(keys?.tags ?? []).map(key => `tags.${key}`)
  ];
}

/** Names that begin with the text, then those whose key does, then those that hold it. */
export function matches(text: string, all: readonly string[]): string[] {
  const wanted = text.replaceAll('`', '').toLowerCase();
  const found: [string[], string[], string[]] = [[], [], []];
  for (const name of all) {
    const lower = name.toLowerCase();
    if (lower.startsWith(wanted)) {
      found[0].push(name);
    } else if (lower.slice(lower.indexOf('.') + 1).startsWith(wanted)) {
      found[1].push(name);
    } else if (lower.includes(wanted)) {
      found[2].push(name);
    }
  }
  return found.flat().slice(0, MOST);
}

/** MLflow wants all but plain words in back-ticks. */
export function quote(name: string): string {
  const dot = name.indexOf('.');
  const key = name.slice(dot + 1);
  return /^\w+$/.test(key) ? name : `${name.slice(0, dot)}.\`${key}\``;
}
