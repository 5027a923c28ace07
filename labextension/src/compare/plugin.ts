/** Opens comparisons, and brings them back after a reload of the page. */

import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';

import type { IRunHost } from '../run/host';
import { type StoreName, WORKSPACE } from '../runs';
import { CompareModel, type IChosen } from './model';
import type { ICompareHost } from './scene';
import { CompareTab } from './tab';

/** The command that opens a comparison; a restored layout calls it. */
export const COMPARE = 'nbtrack:compare';

const KEY = /^[\w-]{1,64}$/;

/**
 * Register the comparison.
 *
 * @param host - What a comparison needs; `open` may be filled in later.
 * @param restorer - Remembers the tabs, where there is one.
 * @returns Opens a comparison in the main area.
 */
export function addCompare(
  app: JupyterFrontEnd,
  host: ICompareHost & Pick<IRunHost, 'events'>,
  restorer: ILayoutRestorer | null
): (store: StoreName, runIds: readonly string[]) => void {
  const tracker = new WidgetTracker<CompareTab>({
    namespace: 'nbtrack-compare'
  });
  const open = (
    store: StoreName,
    runIds: readonly string[],
    key = UUID.uuid4(),
    chosen: Partial<IChosen> = {}
  ): CompareTab => {
    const model = new CompareModel(host.api, store, runIds, chosen);
    const tab = new CompareTab(key, model, host, host.events);
    model.changed.connect(() => {
      void tracker.save(tab);
    });
    void tracker.add(tab);
    app.shell.add(tab, 'main');
    app.shell.activateById(tab.id);
    return tab;
  };
  app.commands.addCommand(COMPARE, {
    label: 'Compare runs',
    describedBy: {
      args: {
        type: 'object',
        properties: {
          store: { type: 'string' },
          key: { type: 'string' },
          run_ids: { type: 'array', items: { type: 'string' } },
          baseline: { type: 'string' },
          metric: { type: 'string' },
          sections: { type: 'array', items: { type: 'string' } }
        }
      }
    },
    execute: ({ store, run_ids: runIds, key, ...chosen }) =>
      open(
        text(store) ?? WORKSPACE,
        texts(runIds) ?? [],
        KEY.test(text(key) ?? '') ? (text(key) ?? undefined) : undefined,
        chosenBy(chosen)
      )
  });
  void restorer?.restore(tracker, {
    command: COMPARE,
    args: ({ key, model }) => {
      const { store, runIds, baseline, metric, open } = model.snapshot;
      return {
        ...{ key, store, run_ids: runIds, baseline, metric },
        sections: [...open]
      };
    },
    // The same after a reload, else each one would leave another tab behind.
    name: tab => tab.key
  });
  return (store, runIds) => {
    open(store, runIds);
  };
}

/** What was chosen, out of a saved layout: anything may come. */
function chosenBy(args: Record<string, unknown>): Partial<IChosen> {
  const sections = texts(args['sections']);
  return {
    baseline: text(args['baseline']),
    metric: text(args['metric']),
    ...(sections && { open: new Set(sections) })
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): string[] | null {
  return Array.isArray(value)
    ? value.filter(one => typeof one === 'string')
    : null;
}
