/** What the sections of a comparison share. */

import * as React from 'react';

import type { Api } from '../api';
import type { ICompared } from '../compared';
import type { ISeries } from '../runs';
import type { IOpen } from '../sidebar/open';
import type { IDifference } from './difference';
import type { IHomes } from './homes';
import type { CompareModel, IComparison } from './model';

/** What a comparison needs of the page it is in. */
export interface ICompareHost {
  api: Api;
  /** `null`: there is no sidebar. */
  open: IOpen | null;
  copy: (text: string) => void;
  /** Put code into a new cell of the notebook in front, without running it. */
  insert: (code: string) => void;
}

export interface ICompareScene {
  host: ICompareHost;
  model: CompareModel;
  state: IComparison;
  compared: ICompared;
  /** What the runs are called, in their order; the same list until other runs are compared. */
  names: readonly string[];
  rows: readonly IDifference[];
  /** The place of the run that the others are measured by. */
  baseline: number;
  /** Curves that came with a notebook, for when the store doesn't answer. */
  kept: readonly ISeries[];
}

/** What shows a run in the sidebar; `null` where there is none, or no store. */
export function useOpenRun(
  { open }: ICompareHost,
  { store, elsewhere }: IHomes
): ((runId: string) => void) | null {
  return React.useMemo(
    () =>
      open && store !== null
        ? (runId: string) => {
            open.run(elsewhere.get(runId) ?? store, runId);
          }
        : null,
    [open, store, elsewhere]
  );
}

export const CompareContext = React.createContext<ICompareScene | null>(null);

export function useCompare(): ICompareScene {
  const scene = React.useContext(CompareContext);
  if (!scene) {
    throw new Error('nbtrack: a part of a comparison stands outside of one.');
  }
  return scene;
}

/** The runs with what they are called. */
export function useNamedRuns(): readonly { run_id: string; name: string }[] {
  const { compared, names } = useCompare();
  return React.useMemo(
    () =>
      compared.runs.map(({ run_id }, i) => ({ run_id, name: names[i] ?? '' })),
    [compared.runs, names]
  );
}
