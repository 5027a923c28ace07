/** Times as narrow columns have room for them, and as people read them. */

import { formatNumber } from '../live/format';
import type { Num } from '../runs';

/** Characters of a number in a narrow column. */
const ROOM = 6;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

const UNITS: [number, string, Intl.RelativeTimeFormatUnit][] = [
  [YEAR, 'y', 'year'],
  [MONTH, 'mo', 'month'],
  [WEEK, 'w', 'week'],
  [DAY, 'd', 'day'],
  [HOUR, 'h', 'hour'],
  [MINUTE, 'm', 'minute']
];

const RELATIVE = new Intl.RelativeTimeFormat('en');
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium'
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short'
});

/** «now», «5m», «2h», «3d». */
export function age(then: number, now: number): string {
  const passed = now - then;
  const unit = UNITS.find(([size]) => passed >= size);
  return unit ? `${Math.floor(passed / unit[0])}${unit[1]}` : 'now';
}

/** The same to be read aloud: «5 minutes ago». */
export function spokenAge(then: number, now: number): string {
  const passed = now - then;
  const unit = UNITS.find(([size]) => passed >= size);
  return unit
    ? RELATIVE.format(-Math.floor(passed / unit[0]), unit[2])
    : 'just now';
}

/** «0.4s», «12s», «3m05s», «12m», «2h07m», «23h», «3d4h»: columns are narrow, two digits say enough. */
export function duration(milliseconds: number): string {
  const passed = Math.max(0, milliseconds);
  if (passed < 10 * SECOND) {
    return `${(Math.floor(passed / 100) / 10).toFixed(1)}s`;
  }
  if (passed < MINUTE) {
    return `${Math.floor(passed / SECOND)}s`;
  }
  if (passed < HOUR) {
    return two(passed, MINUTE, 'm', SECOND, 's');
  }
  return passed < DAY
    ? two(passed, HOUR, 'h', MINUTE, 'm')
    : two(passed, DAY, 'd', HOUR, 'h');
}

/** The moment in full, in the user's time zone. */
export function moment(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime())
    ? String(milliseconds)
    : MOMENT.format(date);
}

/** «10:42», with the day where that is another. */
export function clock(milliseconds: number, now: number): string {
  const date = new Date(milliseconds);
  const today = date.toDateString() === new Date(now).toDateString();
  return (today ? CLOCK : SHORT_DAY).format(date);
}

/** As many digits as a narrow column has room for: half of «0.001234» would be another number. */
export function brief(value: Num): string {
  const exact = formatNumber(value);
  if (typeof value !== 'number' || exact.length <= ROOM) {
    return exact;
  }
  const rounded = [4, 3, 2, 1].map(digits =>
    formatNumber(Number(value.toPrecision(digits))).replaceAll(',', '')
  );
  const short = [2, 1, 0].map(digits => value.toExponential(digits));
  const fits = [...rounded, ...short]
    .map(text => text.replace(/\.?0*e\+?/, 'e'))
    .find(text => text.length <= ROOM);
  return fits ?? exact;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

function two(
  passed: number,
  large: number,
  first: string,
  small: number,
  second: string
): string {
  const many = Math.floor(passed / large);
  const rest = Math.floor((passed % large) / small);
  return many < 10
    ? `${many}${first}${String(rest).padStart(second === 'h' ? 1 : 2, '0')}${second}`
    : `${many}${first}`;
}
