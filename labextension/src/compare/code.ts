/** The line of code that makes a comparison. */

import { WORKSPACE } from '../runs';
import type { IHomes } from './homes';
import type { IComparison } from './model';

/** What MLflow calls runs; anything else has no place in a line of code. */
const ID = /^[\w-]{1,64}$/;

/** Stores that the line names, quoted as a shell's words are. */
const ALSO = / --also (?:'[^']*'|"[^"]*"|[^\s'"])+/g;

/** @param said - The line that made it, and of which runs: it still does if those are compared. */
export function asCode(
  {
    runIds,
    baseline,
    ...homes
  }: Pick<IComparison, 'runIds' | 'baseline'> & Partial<IHomes>,
  said = { line: '', runIds: [] as readonly string[] }
): string {
  const line = said.line.split('\n', 1)[0] ?? '';
  const isOurs = /^%track_(?:compare|runs)\b/.test(line);
  if (isOurs && said.runIds.join() === runIds.join()) {
    return line;
  }
  const also = isOurs
    ? (line.match(ALSO) ?? []).join('')
    : namedOf(homes)
        .map(name => ` --also ${quoted(name)}`)
        .join('');
  const ids = runIds.filter(id => ID.test(id));
  const measure =
    baseline !== null && baseline !== ids[0] && ids.includes(baseline)
      ? ['--baseline', baseline]
      : [];
  return ['%track_compare', ...ids, ...measure].join(' ') + also;
}

/** The stores that a notebook can name: those of pyproject.toml. Its own it looks in anyway. */
function namedOf({ store, elsewhere }: Partial<IHomes>): string[] {
  const names = [
    ...new Set([store ?? WORKSPACE, ...(elsewhere?.values() ?? [])])
  ];
  return names.filter(
    name => name !== WORKSPACE && !name.startsWith('kernel:')
  );
}

/** As a word of a shell, which is how the line is read. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'"'"'`)}'`;
}
