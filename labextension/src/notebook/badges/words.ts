/** A badge in words, for the eye and for a screen reader. */

import { formatCount, formatDuration, formatNumber } from '../../live/format';
import { statusWord } from '../../live/status';
import { registeredWords } from '../../models';
import type { Status } from '../../runs';
import type { IBadge } from './badge';

/** Names come from a store and may be of any length; a screen reader reads all of it. */
const LONGEST = 80;

/** The words of each part of the line; empty where there is nothing to say. */
export interface IWords {
  status: string;
  name: string;
  runs: string;
  metric: string;
  elapsed: string;
  earlier: string;
  registered: string;
  edited: string;
  /** All of it, as the name of the button. */
  label: string;
}

/**
 * Put a badge into words.
 *
 * @param edited - Was the cell's source changed since the run?
 * @param now - In ms since the epoch.
 */
export function words(badge: IBadge, edited: boolean, now: number): IWords {
  const status = wordOf(badge.status);
  const name = short(badge.name || badge.runId);
  const runs = badge.runs > 1 ? `${formatCount(badge.runs)} runs` : '';
  const metric = badge.metric
    ? `${short(badge.metric.key)} ${formatNumber(badge.metric.value)}`
    : '';
  const elapsed = duration(badge, now);
  const earlier =
    badge.earlier > 0 ? `${formatCount(badge.earlier)} earlier` : '';
  const registered = registeredAs(badge);
  const since = edited ? 'edited since' : '';
  // In the order in which it is seen: who speaks to the computer says what is seen.
  const said = [
    ...[`${status} ${name}`, runs, metric, elapsed, earlier],
    ...[registered, since]
  ];
  return {
    status,
    name,
    runs,
    metric,
    elapsed,
    earlier,
    registered,
    edited: since,
    label: `${said.filter(Boolean).join(', ')}: run of this cell`
  };
}

/** «registered as churn v7 @champion», and how many more there are. */
function registeredAs({ registered }: IBadge): string {
  const [first, ...others] = registered;
  if (!first) {
    return '';
  }
  const more = others.length ? ` and ${formatCount(others.length)} more` : '';
  return short(registeredWords(first)) + more;
}

function wordOf(status: Status): string {
  switch (status) {
    case 'RUNNING':
    case 'FINISHED':
    case 'FAILED':
    case 'KILLED':
      return statusWord(status as 'RUNNING', 'open');
    default:
      return short(status.toLowerCase());
  }
}

function duration({ elapsed, since }: IBadge, now: number): string {
  if (elapsed === null) {
    return since === null ? '' : formatDuration(now - since);
  }
  if (elapsed < 100) {
    return `${Math.max(0, Math.round(elapsed))} ms`;
  }
  return elapsed < 59_950
    ? `${(elapsed / 1000).toFixed(1)} s`
    : formatDuration(elapsed);
}

function short(text: string): string {
  const letters = Array.from(text.slice(0, 4 * LONGEST));
  return letters.length > LONGEST
    ? `${letters.slice(0, LONGEST - 1).join('')}…`
    : letters.join('');
}
