/** The plugin that puts a badge under each cell that made runs. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { IStudy } from '../../token';
import { NotebookBadges } from './notebook';

export const badgesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nbtrack:badges',
  description: 'Shows the runs of a cell in one line under it.',
  autoStart: true,
  requires: [IStudy],
  activate: (app: JupyterFrontEnd, study: IStudy): void => {
    app.docRegistry.addWidgetExtension('Notebook', {
      // Ends with the panel, to which the registry ties it.
      createNew: (panel: NotebookPanel) => new NotebookBadges(panel, study)
    });
  }
};
