/** The JupyterLab plugins: make the parts and connect them. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import * as React from 'react';

import { Api } from './api';
import { addCommands } from './commands';
import { drawsCompared } from './compare/inline';
import { addCompare } from './compare/plugin';
import { COMPARE_MIME } from './compared';
import { dialogs } from './dialogs';
import { StoreEvents } from './events';
import { badgesPlugin } from './notebook/badges/plugin';
import { sourceOf } from './notebook/find';
import { CurrentNotebook } from './notebook/follow';
import { goToCell } from './notebook/goto';
import { offerCell, offerFirstCell, targetOf } from './notebook/insert';
import { livePlugin } from './notebook/plugin';
import { Preferences, SETTINGS_ID } from './preferences';
import { drawsRegistering } from './register/inline';
import { REGISTER_MIME } from './registering';
import type { IRunHost } from './run/host';
import { showSaved } from './run/saved';
import { savedSource } from './run/source';
import { ModelPage } from './sidebar/modelPage';
import type { IOpen } from './sidebar/open';
import { PANEL_ID, Sidebar } from './sidebar/panel';
import { RunPage } from './sidebar/runPage';
import { Attention } from './state/attention';
import { Lists } from './state/lists';
import { remember } from './state/remembered';
import { SettingsState } from './state/settings';
import { tabStorage, Unsaved } from './state/unsaved';
import { IStudy } from './token';

const sidebarPlugin: JupyterFrontEndPlugin<IStudy> = {
  id: SETTINGS_ID,
  description: 'The sidebar of nbtrack.',
  autoStart: true,
  requires: [INotebookTracker, IDocumentManager, IRenderMimeRegistry],
  optional: [ICommandPalette, ILayoutRestorer, ISettingRegistry, IStateDB],
  provides: IStudy,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    documents: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    memory: IStateDB | null
  ): IStudy => {
    const api = new Api(app.serviceManager.serverSettings);
    const events = new StoreEvents(app.serviceManager.events.stream);
    const preferences = new Preferences();
    preferences.follow(registry).catch((reason: unknown) => {
      console.error('nbtrack: its settings can’t be read.', reason);
    });
    const attention = new Attention(document);
    const settings = new SettingsState(new CurrentNotebook(tracker), kernelId =>
      api.settings(kernelId)
    );
    attention.changed.connect(() => {
      settings.setVisible(attention.visible);
    });
    const lists = new Lists(
      api,
      settings,
      attention,
      events.changed,
      () => preferences.refreshInterval,
      new Unsaved(
        tabStorage(),
        `nbtrack:unsaved ${app.serviceManager.serverSettings.baseUrl}`
      )
    );
    if (memory) {
      void remember(lists, memory);
    }
    const show = () => {
      // Behind the command palette, which gives the focus back to where it was when it closes.
      setTimeout(() => {
        app.shell.activateById(PANEL_ID);
      }, 0);
    };
    const open: IOpen = {
      run: (store, runId) => {
        lists.place.openRun(store, runId);
        show();
      },
      experiment: (store, experimentId) => {
        lists.place.openExperiment(store, experimentId);
        show();
      },
      model: (store, name) => {
        lists.place.openModel(store, name);
        show();
      },
      compare: (store, runIds) => {
        compared.open(store, runIds);
      },
      adds: () => compared.adds(),
      cell: async (store, runId, notebook, cellId) => {
        const found = await goToCell(app, documents, notebook, cellId);
        if (found !== 'shown') {
          const source = await savedSource(api, store, runId);
          const target = targetOf(tracker);
          await showSaved({ missing: found, notebook, source, target });
        }
      }
    };
    const copy = (text: string) => {
      Clipboard.copyToSystem(text);
    };
    const runHost: IRunHost = {
      api,
      events,
      open,
      rendermime,
      copy,
      insert: code => {
        if (tracker.currentWidget) {
          offerCell(tracker.currentWidget, code);
        }
      },
      currentSource: (path, cellId) => sourceOf(tracker, path, cellId)
    };
    const compared = addCompare(app, runHost, restorer);
    const sidebar = new Sidebar({
      lists,
      open,
      copy,
      ask: dialogs,
      insert: line => {
        if (tracker.currentWidget) {
          offerFirstCell(tracker.currentWidget, line);
        }
      },
      runView: (store, runId) =>
        React.createElement(RunPage, { ...runHost, attention, store, runId }),
      modelView: (store, name) =>
        React.createElement(ModelPage, {
          ...{ ...runHost, attention, store, name, ask: dialogs },
          leave: () => {
            lists.place.back();
          }
        })
    });
    sidebar.disposed.connect(() => {
      lists.dispose();
      settings.dispose();
      attention.dispose();
    });
    app.shell.add(sidebar, 'left', { rank: 650, type: 'nbtrack' });
    restorer?.add(sidebar, PANEL_ID);
    addCommands(app, palette, {
      show,
      openRun: open.run,
      refresh: () => {
        void settings.refresh();
        void lists.refresh();
      }
    });
    return { api, open, events, preferences };
  }
};

const outputsPlugin = livePlugin({
  [COMPARE_MIME]: drawsCompared,
  [REGISTER_MIME]: drawsRegistering
});

export default [sidebarPlugin, outputsPlugin, badgesPlugin];
