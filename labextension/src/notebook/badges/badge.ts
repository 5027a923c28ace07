/** The line under a cell that made runs. */

import type { IRegistered } from '../../models';
import type { IMetricValue, Status, StoreName } from '../../runs';

/** What a badge tells. Never changed in place. */
export interface IBadge {
  readonly store: StoreName;
  /** The run that a click opens. */
  readonly runId: string;
  readonly name: string;
  /** How many runs the execution has made, in this one or beside it; 1 where it is alone. */
  readonly runs: number;
  readonly status: Status;
  readonly metric: IMetricValue | null;
  /** How long the execution took, in ms; `null` while it goes on, or where nobody knows. */
  readonly elapsed: number | null;
  /** It goes on since then, in ms since the epoch, and nothing else under the cell tells for how long. */
  readonly since: number | null;
  /** How often the cell has made runs before. */
  readonly earlier: number;
  /** Versions of registered models that were made of the run. */
  readonly registered: readonly IRegistered[];
  /** SHA-256 of the cell's source as executed, in hexadecimal; `null` where nobody knows. */
  readonly sha256: string | null;
}
