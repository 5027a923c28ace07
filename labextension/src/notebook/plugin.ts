/** The plugin that draws our outputs. Apart from the sidebar's: it needs nothing, and so works anywhere. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { JSONObject } from '@lumino/coreutils';

import { adoptOutputs } from './adopt';
import { NotebookCards } from './cards';
import { type Draw, drawnFactory, type IAround } from './drawn';
import { offerCell } from './insert';
import { KernelWatch } from './kernelwatch';
import { liveFactory, RANK } from './live';
import { Pages } from './pages';
import { IStudy } from '../token';

/** @param drawers - Make what draws other outputs than cards, by MIME type. */
export const livePlugin = (
  drawers: Readonly<
    Record<string, (app: JupyterFrontEnd, study: IStudy | null) => Draw>
  >
): JupyterFrontEndPlugin<void> => ({
  id: 'nbtrack:live',
  description:
    'Draws the live cards of nbtrack, compared runs and registrations in notebooks.',
  autoStart: true,
  optional: [IStudy],
  activate: (app: JupyterFrontEnd, study: IStudy | null): void => {
    const pages = new Pages();
    const draws = Object.entries(drawers).map(
      ([mime, make]) => [mime, make(app, study)] as const
    );
    // An extension of the notebook widget is made before the notebook's outputs are.
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel: NotebookPanel) => {
        const cards = new NotebookCards(panel.sessionContext, pages);
        const open =
          study &&
          ((run: string) => {
            const kernel = panel.sessionContext.session?.kernel?.id ?? null;
            void openRun(study, kernel, run);
          });
        const { rendermime } = panel.content;
        rendermime.addFactory(liveFactory(cards, open), RANK);
        for (const [mime, draw] of draws) {
          rendermime.addFactory(
            drawnFactory(mime, draw, around(panel, pages)),
            RANK
          );
        }
        adoptOutputs(panel);
        // Ends with the panel, to which the registry ties it.
        return cards;
      }
    });
  }
});

/** What an output can do in its notebook. */
function around(panel: NotebookPanel, pages: Pages): IAround {
  const kernel = () => panel.sessionContext.session?.kernel ?? null;
  const send = (message: JSONObject) => {
    const connection = kernel();
    if (connection) {
      pages.send(connection, message);
    }
  };
  return {
    kernelId: () => kernel()?.id ?? null,
    insert: code => {
      offerCell(panel, code);
    },
    select: (key, runIds) => {
      send({ selected: { key, run_ids: [...runIds] } });
    },
    send,
    watch: () => new KernelWatch(panel.sessionContext)
  };
}

/** Show a run in the sidebar. A notebook without a kernel is taken to use the store of the workspace. */
async function openRun(
  study: IStudy,
  kernel: string | null,
  run: string
): Promise<void> {
  try {
    const { store } = await study.api.settings(kernel);
    study.open.run(store.name ?? 'workspace', run);
  } catch (reason) {
    Notification.error(`nbtrack can’t show the run: ${String(reason)}`);
  }
}
