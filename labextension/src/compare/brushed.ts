/** Which rows of a plot a brush covers. */

import type { Brush } from './plot';

type Row = Readonly<Record<string, unknown>>;

/** Does the brush cover the row, in all its directions? */
export function covers(brush: Brush, row: Row): boolean {
  return Object.entries(brush).every(([field, part]) =>
    within(part, Object.hasOwn(row, field) ? row[field] : undefined)
  );
}

/** An interval of numbers, or a list of values. */
function within(part: readonly unknown[], value: unknown): boolean {
  const [one, other] = part;
  if (
    part.length === 2 &&
    typeof one === 'number' &&
    typeof other === 'number'
  ) {
    return (
      typeof value === 'number' &&
      value >= Math.min(one, other) &&
      value <= Math.max(one, other)
    );
  }
  return part.includes(value);
}

/** Runs whose line goes through the brush at each axis that it covers. */
export function through(
  brush: Brush,
  lines: readonly { run_id: string; axis: number; position: number | null }[]
): string[] {
  const { axis, position } = brush;
  const axes = axis ? { axis } : {};
  const covered = new Map<string, boolean>();
  for (const point of lines) {
    if (covers(axes, { axis: point.axis })) {
      const inside =
        !position ||
        (point.position !== null &&
          covers({ position }, { position: point.position }));
      covered.set(point.run_id, inside && covered.get(point.run_id) !== false);
    }
  }
  return [...covered].filter(([, inside]) => inside).map(([id]) => id);
}
