/** Looks into the notebooks that are open. */

import type { INotebookTracker } from '@jupyterlab/notebook';

/** The source of a cell as it is now; `null` if no open notebook of this path has it. */
export function sourceOf(
  tracker: INotebookTracker,
  path: string,
  cellId: string
): string | null {
  const panel = tracker.find(one => one.context.path === path);
  const cells = panel?.content.model?.sharedModel.cells ?? [];
  return cells.find(cell => cell.getId() === cellId)?.getSource() ?? null;
}
