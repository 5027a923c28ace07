/** Puts code into a notebook for the user to read and run. Nothing here runs it. */

import {
  type INotebookTracker,
  NotebookActions,
  type NotebookPanel
} from '@jupyterlab/notebook';

/**
 * Select a cell with this source, inserted before the first code cell if there is none.
 *
 * @param panel - The notebook.
 * @param source - The whole source of the cell.
 */
export function offerFirstCell(panel: NotebookPanel, source: string): void {
  const notebook = panel.content;
  const cells = notebook.model?.sharedModel.cells;
  if (!cells) {
    return;
  }
  let index = cells.findIndex(cell => cell.getSource().trim() === source);
  if (index < 0) {
    const firstCode = cells.findIndex(cell => cell.cell_type === 'code');
    index = firstCode < 0 ? cells.length : firstCode;
    notebook.model?.sharedModel.insertCell(index, {
      cell_type: 'code',
      source
    });
  }
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  notebook.mode = 'command';
  void notebook.scrollToItem(index, 'smart');
  panel.activate();
}

/**
 * Put a new code cell below the active one, and select it.
 *
 * @param panel - The notebook.
 * @param source - The whole source of the cell.
 */
export function offerCell(panel: NotebookPanel, source: string): void {
  const notebook = panel.content;
  NotebookActions.insertBelow(notebook);
  notebook.activeCell?.model.sharedModel.setSource(source);
  panel.activate();
}

/** The notebook in front, to put a cell below its active one; `null`: none is open. */
export function targetOf(
  tracker: INotebookTracker
): { name: string; insert: (source: string) => void } | null {
  const panel = tracker.currentWidget;
  return (
    panel && {
      name: panel.title.label,
      insert: source => {
        offerCell(panel, source);
      }
    }
  );
}
