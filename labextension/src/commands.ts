/** The commands of nbtrack, for the palette, the menus and keyboard shortcuts. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { refreshIcon } from '@jupyterlab/ui-components';

import { nbtrackIcon } from './icons';
import { WORKSPACE } from './runs';

export const CommandIDs = {
  open: 'nbtrack:open',
  openRun: 'nbtrack:open-run',
  refresh: 'nbtrack:refresh'
} as const;

export interface ICommandActions {
  show: () => void;
  openRun: (store: string, runId: string) => void;
  refresh: () => void;
}

/**
 * Register the commands.
 *
 * @param app - The application.
 * @param palette - Lists them, where there is one.
 * @param actions - What they do.
 */
export function addCommands(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  actions: ICommandActions
): void {
  const none = { args: { type: 'object', properties: {} } } as const;
  app.commands.addCommand(CommandIDs.open, {
    label: 'Show nbtrack',
    caption: 'Show the sidebar of nbtrack',
    icon: nbtrackIcon,
    describedBy: none,
    execute: () => {
      actions.show();
    }
  });
  app.commands.addCommand(CommandIDs.refresh, {
    label: 'Refresh nbtrack',
    caption: 'Ask for the experiments and runs in the sidebar again',
    icon: refreshIcon,
    describedBy: none,
    execute: () => {
      actions.refresh();
    }
  });
  app.commands.addCommand(CommandIDs.openRun, {
    label: 'Show a run of nbtrack',
    describedBy: {
      args: {
        type: 'object',
        properties: {
          store: { type: 'string' },
          run_id: { type: 'string' }
        },
        required: ['run_id']
      }
    },
    execute: ({ store, run_id: runId }) => {
      if (typeof runId === 'string') {
        actions.openRun(typeof store === 'string' ? store : WORKSPACE, runId);
      }
    }
  });
  for (const command of [CommandIDs.open, CommandIDs.refresh]) {
    palette?.addItem({ command, category: 'nbtrack' });
  }
}
