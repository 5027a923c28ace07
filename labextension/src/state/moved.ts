/** Who moved an alias last, as nbtrack has written it into a tag of the registered model. */

import { isBag } from '../live/check';
import type { IModelDetail } from '../models';

const PREFIX = 'nbtrack.alias.';

export interface IMoved {
  readonly by: string;
  readonly at: number | null;
}

/** Is this tag a part of how aliases are moved? It says nothing to people as it is. */
export function isAliasTag(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** @returns `null`: nobody knows, or it was moved without nbtrack since. */
export function lastMove(
  { tags, aliases }: Pick<IModelDetail, 'tags' | 'aliases'>,
  alias: string
): IMoved | null {
  const key = `${PREFIX}${alias}.moving`;
  const version = aliases.find(one => one.alias === alias)?.version ?? null;
  const claim = parsed(tags.find(tag => tag.key === key)?.value);
  const { by, to, at, done } = claim;
  if (typeof by !== 'string' || by === '' || to !== version || done !== true) {
    return null;
  }
  // Which of their processes it was says nothing later on.
  const who = by.replace(/ \(process \d+\)$/, '');
  return { by: who, at: typeof at === 'number' ? at : null };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isBag(value) ? value : {};
  } catch {
    return {}; // written by somebody else
  }
}
