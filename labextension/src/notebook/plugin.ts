/** The plugin that draws live cards. Apart from the sidebar's: it asks for nothing, and so works anywhere. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { adoptOutputs } from './adopt';
import { NotebookCards } from './cards';
import { liveFactory, RANK } from './live';
import { Pages } from './pages';

export const livePlugin: JupyterFrontEndPlugin<void> = {
  id: 'nbtrack:live',
  description: 'Draws the live cards of nbtrack in notebooks.',
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    const pages = new Pages();
    // An extension of the notebook widget is made before the notebook's outputs are.
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel: NotebookPanel) => {
        const cards = new NotebookCards(panel.sessionContext, pages);
        panel.content.rendermime.addFactory(liveFactory(cards), RANK);
        adoptOutputs(panel);
        // Ends with the panel, to which the registry ties it.
        return cards;
      }
    });
  }
};
