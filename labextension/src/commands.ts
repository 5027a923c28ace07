/** The commands of nbtrack, for the palette, the menus and keyboard shortcuts. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';

import { nbtrackIcon } from './icons';

export const CommandIDs = {
  open: 'nbtrack:open'
} as const;

/**
 * Register the commands.
 *
 * @param app - The application.
 * @param palette - Lists them, where there is one.
 * @param panelId - The widget that `nbtrack:open` brings up.
 */
export function addCommands(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  panelId: string
): void {
  app.commands.addCommand(CommandIDs.open, {
    label: 'Show nbtrack',
    caption: 'Show the sidebar of nbtrack',
    icon: nbtrackIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => {
      app.shell.activateById(panelId);
    }
  });
  palette?.addItem({ command: CommandIDs.open, category: 'nbtrack' });
}
