/** The keyboard on the list of runs. */

import type { ILine } from '../state/flat';

/** What a key does; `null`: nothing of ours. */
export type Act =
  | { readonly kind: 'go'; readonly index: number; readonly extend: boolean }
  | { readonly kind: 'end'; readonly extend: boolean }
  | { readonly kind: 'expand'; readonly open: boolean }
  | {
      readonly kind:
        'open' | 'select' | 'extend' | 'all' | 'delete' | 'pin' | 'clear';
    };

export interface IKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** From the list itself, whose line is gone, the arrows lead to the line in its place; nothing is done to that. */
export function entry(key: string, at: number): Act | null {
  return /^Arrow(?:Up|Down)$/.test(key)
    ? { kind: 'go', index: at, extend: false }
    : null;
}

/**
 * @param lines - All lines, pinned ones first.
 * @param at - Index of the line that the keyboard is on.
 * @param page - Lines in view.
 */
export function actOf(
  event: IKey,
  lines: readonly ILine[],
  at: number,
  page: number
): Act | null {
  const control = event.ctrlKey || event.metaKey;
  const line = lines[at];
  if (event.altKey || !line) {
    return null;
  }
  if (control) {
    return event.key.toLowerCase() === 'a' ? { kind: 'all' } : null;
  }
  const go = (index: number): Act => ({
    kind: 'go',
    index: Math.max(0, Math.min(lines.length - 1, index)),
    extend: event.shiftKey
  });
  switch (event.key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'Home':
      return go(0);
    case 'End':
      return { kind: 'end', extend: event.shiftKey };
    case 'ArrowRight':
      if (line.expanded === false) {
        return { kind: 'expand', open: true };
      }
      return line.expanded ? go(at + 1) : null;
    case 'ArrowLeft': {
      if (line.expanded) {
        return { kind: 'expand', open: false };
      }
      const parent = lines.findIndex(one => one.key === line.parent);
      return parent < 0 ? null : go(parent);
    }
    case 'Enter':
      return { kind: 'open' };
    case ' ':
      return { kind: event.shiftKey ? 'extend' : 'select' };
    case 'Delete':
      return { kind: 'delete' };
    case 'p':
    case 'P':
      return { kind: 'pin' };
    case 'Escape':
      return { kind: 'clear' };
    default:
      return null;
  }
}
