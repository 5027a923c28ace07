/** What the user asks of the list of runs, in the words of the server. */

import type { IRunQuery } from '../runs';

export interface IFilter {
  /** Part of a name, or MLflow's filter language. */
  readonly text: string;
  /** Empty: any. */
  readonly status: string;
  readonly mine: boolean;
  /** Only runs of the notebook in front. */
  readonly notebook: boolean;
  /** Deleted runs in place of the others. */
  readonly deleted: boolean;
}

/** MLflow's. */
export const STATUSES = [
  'RUNNING',
  'FINISHED',
  'FAILED',
  'KILLED',
  'SCHEDULED'
] as const;

export const NO_FILTER: IFilter = {
  text: '',
  status: '',
  mine: false,
  notebook: false,
  deleted: false
};

export function isFiltered(filter: IFilter): boolean {
  return (
    filter.text.trim() !== '' ||
    filter.status !== '' ||
    filter.mine ||
    filter.notebook ||
    filter.deleted
  );
}

/** What MLflow can order and filter by, of a run itself. */
export const ATTRIBUTES = [
  'attributes.run_name',
  'attributes.status',
  'attributes.start_time',
  'attributes.end_time',
  'attributes.run_id',
  'attributes.artifact_uri'
] as const;

/** Sorts by what MLflow does not know; see `flat.ts`. */
export const DURATION = 'attributes.duration';

const PREFIX =
  /^(?:attributes?|attr|metrics?|params?|parameters?|tags?|datasets?)\./i;
const BARE =
  /^(?:run_name|run_id|status|start_time|end_time|artifact_uri|created|user_id)\s*(?:[=<>!]|(?:not\s|i?like\b|in\b))/i;

/** Is this MLflow's filter language, rather than a part of a name? */
export function looksLikeFilter(text: string): boolean {
  const trimmed = text.trim();
  return PREFIX.test(trimmed) || BARE.test(trimmed);
}

const NAME = '(?:\\w+\\.)?(?:`[^`]*`|"[^"]*"|[^\\s=<>!\'"`]+)';
const VALUE =
  '(?:\'[^\']*\'|"[^"]*"|[+-]?(?:\\d[\\d.]*|\\.\\d+)(?:e[+-]?\\d+)?|\\([^()]*\\))';
const CLAUSE = `${NAME}\\s*(?:(?:[=<>!]=?|(?:not\\s+)?(?:i?like|in)\\b)\\s*${VALUE}|\\s+is\\s+(?:not\\s+)?null)`;
const COMPLETE = new RegExp(`^${CLAUSE}(?:\\s+and\\s+${CLAUSE})*$`, 'i');

/** Can this be sent, or is it still being written? */
export function isComplete(text: string): boolean {
  const trimmed = text.trim();
  return !looksLikeFilter(trimmed) || COMPLETE.test(trimmed);
}

/** The text of the filter box as MLflow takes it. */
export function asFilter(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || looksLikeFilter(trimmed)) {
    return trimmed;
  }
  return `attributes.run_name ILIKE ${quoted(`%${trimmed}%`)}`;
}

/** MLflow knows no escapes: of both kinds of quotes one has to give way. */
export function quoted(text: string): string {
  return text.includes("'") ? `"${text.replaceAll('"', '_')}"` : `'${text}'`;
}

/** A filter that holds for these runs only. */
export function theseRuns(ids: readonly string[]): string {
  return `attributes.run_id IN (${ids.map(quoted).join(', ')})`;
}

/**
 * The query for a list of runs, without its page.
 *
 * @param notebook - Path of the notebook in front.
 */
export function runQuery(
  filter: IFilter,
  experimentIds: readonly string[] | null,
  notebook: string | null,
  columns: readonly string[],
  sort: string | null
): IRunQuery {
  return {
    experiment_ids: experimentIds,
    // Whoever searches wants every run that fits, not only those without a parent.
    top_level: !isFiltered(filter),
    filter: asFilter(filter.text),
    order_by: sort?.startsWith(DURATION) ? null : sort,
    columns: columns.filter(column => !column.startsWith('attributes.')),
    mine: filter.mine,
    deleted: filter.deleted,
    ...(filter.status && { status: [filter.status] }),
    ...(filter.notebook && notebook !== null && { notebook })
  };
}
