/** A sidebar's states on a store of a test, looked at from a page of a test. */

import { Signal } from '@lumino/signaling';

import type { IStoreChanged } from '../events';
import type { StoreName } from '../runs';
import type { IAsk, IHost } from '../sidebar/host';
import { Attention } from '../state/attention';
import { Lists } from '../state/lists';
import { SettingsState } from '../state/settings';
import type { ISettings } from '../types';
import { HandMoved } from './source';
import { TestStore } from './store';
import golden from '../../../tests/contract/settings.json';

const PAGE = {
  hidden: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined
};

export class Deck {
  constructor(settings: Partial<ISettings> = {}) {
    this.settings = { ...(golden.in_use as ISettings), ...settings };
  }

  settings: ISettings;
  serve: () => Promise<ISettings> = () => Promise.resolve(this.settings);
  readonly store = new TestStore();
  readonly source = new HandMoved();
  readonly attention = new Attention(PAGE);
  readonly events = new Signal<this, IStoreChanged>(this);
  readonly state = new SettingsState(this.source, () => this.serve());
  readonly lists = new Lists(
    this.store.api,
    this.state,
    this.attention,
    this.events,
    () => 60_000
  );

  readonly opened: { run: string[]; model: string[]; compare: string[][] } = {
    run: [],
    model: [],
    compare: []
  };
  readonly copied: string[] = [];
  readonly inserted: string[] = [];
  /** What the user answers to dialogs. */
  text: string | null = null;
  agree = true;
  readonly asked: string[] = [];

  show(shown = true): void {
    this.attention.setShown(shown);
    this.state.setVisible(shown);
  }

  dispose(): void {
    this.show(false);
    this.lists.dispose();
    this.state.dispose();
  }

  host(
    runView: IHost['runView'],
    modelView: IHost['modelView'] = runView
  ): IHost {
    const ask: IAsk = {
      text: title => {
        this.asked.push(title);
        return Promise.resolve(this.text);
      },
      confirm: (_, body) => {
        this.asked.push(body);
        return Promise.resolve(this.agree);
      }
    };
    return {
      lists: this.lists,
      ask,
      runView,
      modelView,
      copy: text => this.copied.push(text),
      insert: line => this.inserted.push(line),
      open: {
        run: (store: StoreName, runId: string) => {
          this.opened.run.push(runId);
          this.lists.place.openRun(store, runId);
        },
        compare: (_, runIds) => this.opened.compare.push([...runIds]),
        adds: () => null,
        model: (store: StoreName, name: string) => {
          this.opened.model.push(name);
          this.lists.place.openModel(store, name);
        },
        experiment: () => undefined,
        cell: () => Promise.resolve()
      }
    };
  }
}
