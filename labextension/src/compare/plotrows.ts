/** The rows of the plots of runs: those that `nbtrack/plots/rows.py` makes, which tests hold them to. */

import type { INoise } from '../compared';
import type { Value } from '../runs';
import { type IField, valueOf } from './fields';
import { placesOn, textOf } from './places';
import { byKind, canonical } from './values';

/** The group of runs that have no value. */
export const NOT_SET = 'not set';

/** Runs by their ids, with what they are called. */
export type Named = readonly { run_id: string; name: string }[];

export interface IDot {
  x: Value;
  y: Value;
  color: Value | null;
  run: string;
  run_id: string;
}

/** A dot for each run that has both values. */
export function scatterDots(
  runs: Named,
  x: IField,
  y: IField,
  color: IField | null
): IDot[] {
  return runs.flatMap(({ run_id, name }, i) => {
    const at = { x: valueOf(x, i), y: valueOf(y, i) };
    // Without a value it is grey, and behind the others.
    const shown = color ? valueOf(color, i) : '';
    return at.x === null || at.y === null
      ? []
      : [{ x: at.x, y: at.y, color: shown, run: name, run_id }];
  });
}

export interface IBoxDot {
  group: string;
  y: number;
  run: string;
  run_id: string;
}

/** A dot for each run with a finite value, in groups: «1e-3» and «0.001» are one, called as the first of them. */
export function boxDots(runs: Named, by: IField, y: IField): IBoxDot[] {
  const names = new Map<Value, string>();
  return runs
    .map(({ run_id, name }, i) => {
      const value = by.values[i] ?? null;
      const text = value === null ? NOT_SET : String(value).trim();
      const kind = canonical(text) ?? text;
      const group = names.get(kind) ?? text;
      names.set(kind, group);
      return { group, y: valueOf(y, i), run: name, run_id };
    })
    .flatMap(dot => (typeof dot.y === 'number' ? [{ ...dot, y: dot.y }] : []))
    .sort(
      (one, other) =>
        Number(one.group === NOT_SET) - Number(other.group === NOT_SET) ||
        byKind(one.group, other.group)
    );
}

export interface IPoint {
  run: string;
  run_id: string;
  axis: number;
  axis_title: string;
  /** 0 to 1; `null`: a gap. */
  position: number | null;
  /** No line goes there: it is between two gaps. */
  alone: boolean;
  text: string;
  color: Value | null;
}

/** Where each run's line crosses the axes, run by run. */
export function parallelPoints(
  runs: Named,
  axes: readonly IField[],
  color: IField
): IPoint[] {
  const placed = axes.map(placesOn);
  return runs.flatMap(({ run_id, name }, i) => {
    const at = (axis: number) => placed[axis]?.[i] ?? null;
    return axes.map((field, axis) => ({
      ...{ run: name, run_id, axis, axis_title: field.title },
      position: at(axis),
      alone:
        at(axis) !== null && at(axis - 1) === null && at(axis + 1) === null,
      text: textOf(valueOf(field, i)),
      color: valueOf(color, i)
    }));
  });
}

/** With what is selected of them; without a selection all is. */
export function withSelected<T extends { run_id: string }>(
  dots: readonly T[],
  selected: ReadonlySet<string>
): (T & { selected: boolean })[] {
  return dots.map(dot => ({
    ...dot,
    selected: selected.size === 0 || selected.has(dot.run_id)
  }));
}

/** @param labels - What the groups are called. */
export function intervalRows(
  { groups, baseline }: Pick<INoise, 'groups' | 'baseline'>,
  labels: readonly string[]
): {
  group: string;
  mean: number;
  low: number | null;
  high: number | null;
  n: number;
  baseline: boolean;
}[] {
  return groups.map((group, i) => ({
    group: labels[i] ?? '',
    mean: group.mean,
    low: group.interval?.[0] ?? null,
    high: group.interval?.[1] ?? null,
    n: group.n,
    baseline: i === baseline
  }));
}
