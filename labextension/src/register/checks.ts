/** What is wrong with what was typed, told before anything is sent. The kernel looks again. */

import type { IFound, IValues } from '../registering';
import { isSystemTag } from '../run/tagkeys';

const LONGEST_NAME = 256;
const LONGEST_ALIAS = 200;
const LONGEST_KEY = 250;

export interface IProblems {
  model?: string;
  name?: string;
  aliases?: string;
  /** By their places. */
  tags: ReadonlyMap<number, string>;
}

/** @param typed - The aliases as typed. */
export function problems(
  values: IValues,
  models: readonly IFound[],
  keys: readonly string[]
): IProblems {
  const model =
    models.length > 1 && !keys.includes(values.model ?? '')
      ? 'Choose one: the run has several.'
      : undefined;
  return {
    ...(model !== undefined && { model }),
    ...entry('name', nameProblem(values.name)),
    ...entry('aliases', firstOf(values.aliases, aliasProblem)),
    tags: tagProblems(values)
  };
}

export function areFine(found: IProblems): boolean {
  return (
    found.tags.size === 0 &&
    [found.model, found.name, found.aliases].every(one => one === undefined)
  );
}

export function nameProblem(name: string): string | null {
  const trimmed = name.trim();
  if (trimmed === '') {
    return 'Type a name, such as churn.';
  }
  const bad = /[/:?]/.exec(trimmed);
  if (bad) {
    return `A name can’t have «${bad[0]}» in it: it would not fit into models:/NAME/VERSION.`;
  }
  if (trimmed === '.' || trimmed === '..') {
    return 'A name can’t be dots alone.';
  }
  if (/[\p{Cc}\p{Bidi_C}]/u.test(trimmed)) {
    return 'A name can’t have invisible signs in it.';
  }
  const { length } = Array.from(trimmed);
  return length > LONGEST_NAME
    ? `${length} letters are too long: ${LONGEST_NAME} at most.`
    : null;
}

export function aliasProblem(alias: string): string | null {
  if (!/^[\p{L}\p{N}_-]+$/u.test(alias)) {
    return `«${alias}» is no alias: letters, digits, _ and - only, such as champion.`;
  }
  if (/^v?\d+$/i.test(alias)) {
    return `«${alias}» looks like a version: take a word, such as champion.`;
  }
  if (alias.toLowerCase() === 'latest') {
    return '«latest» is MLflow’s own word for the newest version: take another one.';
  }
  return alias.length > LONGEST_ALIAS
    ? `An alias has ${LONGEST_ALIAS} letters at most.`
    : null;
}

function tagProblems({ tags }: IValues): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const seen = new Set<string>();
  for (const [i, { key, value }] of tags.entries()) {
    const name = key.trim();
    if (name === '' && value === '') {
      continue; // an empty line is none
    }
    const wrong = tagProblem(name, seen);
    if (wrong !== null) {
      found.set(i, wrong);
    }
    seen.add(name);
  }
  return found;
}

function tagProblem(name: string, seen: ReadonlySet<string>): string | null {
  if (name === '') {
    return 'This tag has no name.';
  }
  if (seen.has(name)) {
    return `There is a tag ${name} already.`;
  }
  if (isSystemTag(name)) {
    return 'Names that begin with mlflow. or nbtrack. are theirs.';
  }
  return name.length > LONGEST_KEY
    ? `The name of a tag has ${LONGEST_KEY} letters at most.`
    : null;
}

function firstOf(
  texts: readonly string[],
  problem: (text: string) => string | null
): string | null {
  for (const text of texts) {
    const wrong = problem(text);
    if (wrong !== null) {
      return wrong;
    }
  }
  return null;
}

function entry(
  key: 'name' | 'aliases',
  value: string | null
): Partial<IProblems> {
  return value === null ? {} : { [key]: value };
}
