/** From a run to the cell that made it. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';

const FACTORY = 'Notebook';

/** `no-notebook`: there is no such notebook any more; `no-cell`: it has lost the cell. */
export type Found = 'shown' | 'no-notebook' | 'no-cell';

/**
 * Open a notebook and select one of its cells.
 *
 * @param path - Relative to Jupyter's root. It comes out of a store: it may be anything.
 * @param cellId - The notebook's id for the cell.
 */
export async function goToCell(
  app: JupyterFrontEnd,
  documents: IDocumentManager,
  path: string,
  cellId: string
): Promise<Found> {
  const open = documents.findWidget(path, FACTORY);
  if (!open && !(await isNotebook(documents, path))) {
    return 'no-notebook';
  }
  const panel = (open ?? documents.open(path, FACTORY)) as
    NotebookPanel | undefined;
  if (!panel) {
    return 'no-notebook';
  }
  app.shell.activateById(panel.id);
  const closed = new Promise(resolve => {
    panel.disposed.connect(resolve);
  });
  // JupyterLab itself says why it can't read a file, and closes it.
  await Promise.race([panel.revealed, closed]);
  if (panel.isDisposed) {
    return 'no-notebook';
  }
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(cell => cell.model.id === cellId);
  if (index < 0) {
    return 'no-cell';
  }
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  notebook.mode = 'command';
  await notebook.scrollToItem(index, 'smart');
  // Also the keyboard goes there.
  notebook.activate();
  return 'shown';
}

/** Ask first: JupyterLab would put a dialog in front of the user for a file that is not there. */
async function isNotebook(
  documents: IDocumentManager,
  path: string
): Promise<boolean> {
  if (path.split('/').includes('..')) {
    return false; // an address is made of it
  }
  try {
    const contents = documents.services.contents;
    const { type } = await contents.get(path, { content: false });
    return type === 'notebook';
  } catch (reason) {
    if (
      reason instanceof ServerConnection.ResponseError &&
      reason.response.status < 500
    ) {
      return false;
    }
    throw reason;
  }
}
