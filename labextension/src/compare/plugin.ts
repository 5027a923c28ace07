/** Opens comparisons, and brings them back after a reload of the page. */

import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';

import { isBag } from '../live/check';
import type { IRunHost } from '../run/host';
import { type StoreName, WORKSPACE } from '../runs';
import { tabStorage, Unsaved } from '../state/unsaved';
import type { IHomes } from './homes';
import { CompareModel, type IChosen } from './model';
import type { ICompareHost } from './scene';
import { CompareTab } from './tab';

/** The command that opens a comparison; a restored layout calls it. */
export const COMPARE = 'nbtrack:compare';

const KEY = /^[\w-]{1,64}$/;

/** The comparisons in the main area. */
export interface IComparisons {
  open: (store: StoreName, runIds: readonly string[]) => void;
  /** Add runs to the comparison that was in front last; `null`: there is none. */
  adds: () => ((store: StoreName, runIds: readonly string[]) => void) | null;
}

/**
 * Register the comparison.
 *
 * @param host - What a comparison needs; `open` may be filled in later.
 * @param restorer - Remembers the tabs, where there is one.
 */
export function addCompare(
  app: JupyterFrontEnd,
  host: ICompareHost & Pick<IRunHost, 'events'>,
  restorer: ILayoutRestorer | null
): IComparisons {
  const tracker = new WidgetTracker<CompareTab>({
    namespace: 'nbtrack-compare'
  });
  const open = (
    store: StoreName,
    runIds: readonly string[],
    key = UUID.uuid4(),
    chosen: Partial<IChosen & Pick<IHomes, 'elsewhere'>> = {}
  ): CompareTab => {
    const unsaved = new Unsaved(tabStorage(), `nbtrack:compare:${key}`);
    const model = new CompareModel(
      ...([host.api, store, runIds, chosen, unsaved] as const)
    );
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
          elsewhere: { type: 'object' },
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
      const { store, elsewhere, runIds, baseline, metric, open } =
        model.snapshot;
      return {
        ...{ key, store, run_ids: runIds, baseline, metric },
        elsewhere: Object.fromEntries(elsewhere),
        sections: [...open]
      };
    },
    // The same after a reload, else each one would leave another tab behind.
    name: tab => tab.key
  });
  return {
    open: (store, runIds) => {
      open(store, runIds);
    },
    adds: () => {
      const tab = tracker.currentWidget;
      return (
        tab &&
        ((store, runIds) => {
          app.shell.activateById(tab.id);
          void tab.model.add(store, runIds);
        })
      );
    }
  };
}

/** What was chosen, out of a saved layout: anything may come. */
function chosenBy(
  args: Record<string, unknown>
): Partial<IChosen & Pick<IHomes, 'elsewhere'>> {
  const sections = texts(args['sections']);
  const elsewhere = isBag(args['elsewhere']) ? args['elsewhere'] : {};
  return {
    elsewhere: new Map(
      Object.entries(elsewhere).flatMap(([id, store]) =>
        typeof store === 'string' ? [[id, store] as const] : []
      )
    ),
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
