/** The JupyterLab plugins: make the parts and connect them. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';

import { getSettings } from './api';
import { addCommands } from './commands';
import { CurrentNotebook } from './notebook/follow';
import { offerFirstCell } from './notebook/insert';
import { livePlugin } from './notebook/plugin';
import { PANEL_ID, Sidebar } from './sidebar/panel';
import { SettingsState } from './state';

const sidebarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'nbtrack:plugin',
  description: 'The sidebar of nbtrack.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const server = app.serviceManager.serverSettings;
    const state = new SettingsState(new CurrentNotebook(tracker), kernelId =>
      getSettings(server, kernelId)
    );
    const sidebar = new Sidebar(state, {
      copy: text => {
        Clipboard.copyToSystem(text);
      },
      insert: line => {
        if (tracker.currentWidget) {
          offerFirstCell(tracker.currentWidget, line);
        }
      }
    });
    sidebar.disposed.connect(() => {
      state.dispose();
    });
    app.shell.add(sidebar, 'left', { rank: 650, type: 'nbtrack' });
    restorer?.add(sidebar, PANEL_ID);
    addCommands(app, palette, PANEL_ID);
  }
};

export default [sidebarPlugin, livePlugin];
