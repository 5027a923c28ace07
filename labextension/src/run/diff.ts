/** What changed between two texts, line by line. */

export interface ILineChange {
  /** In both, in the old one only, in the new one only. */
  kind: 'same' | 'gone' | 'new';
  text: string;
}

/** Cells of the table of common lines; beyond it (a thousand lines changed against a thousand) all counts as changed. */
const MOST = 1_000_000;

/**
 * Compare two texts.
 *
 * @param before - The old text.
 * @param after - The new text.
 * @returns All lines of both, in order.
 */
export function diffLines(before: string, after: string): ILineChange[] {
  const old = lines(before);
  const now = lines(after);
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) {
    head++;
  }
  let tail = 0;
  const room = Math.min(old.length, now.length) - head;
  while (tail < room && old.at(-1 - tail) === now.at(-1 - tail)) {
    tail++;
  }
  return [
    ...mark(old.slice(0, head), 'same'),
    ...middle(
      old.slice(head, old.length - tail),
      now.slice(head, now.length - tail)
    ),
    ...mark(old.slice(old.length - tail), 'same')
  ];
}

function lines(text: string): string[] {
  // A last line's end is no line: files have one, cells don't.
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
}

function mark(
  texts: readonly string[],
  kind: ILineChange['kind']
): ILineChange[] {
  return texts.map(text => ({ kind, text }));
}

/** Longest common subsequence, by the table of its lengths. */
function middle(old: readonly string[], now: readonly string[]): ILineChange[] {
  if (old.length * now.length > MOST) {
    return [...mark(old, 'gone'), ...mark(now, 'new')];
  }
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] =
        old[i] === now[j]
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changes: ILineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      changes.push({ kind: 'same', text: old[i] ?? '' });
      i++;
      j++;
    } else if (
      i < old.length &&
      (j >= now.length || at(i + 1, j) >= at(i, j + 1))
    ) {
      changes.push({ kind: 'gone', text: old[i] ?? '' });
      i++;
    } else {
      changes.push({ kind: 'new', text: now[j] ?? '' });
      j++;
    }
  }
  return changes;
}
