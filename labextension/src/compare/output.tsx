/** Compared runs, or a list of runs, in the output of a cell. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { keep } from '../keep';
import { tabStorage, Unsaved } from '../state/unsaved';
import { Comparison } from './content';
import { Following, type IEvents } from './following';
import { findHomes, findStore } from './finder';
import { Listing } from './listing';
import { ListModel } from './listmodel';
import { CompareModel } from './model';
import type { ISaved } from './saved';
import type { ICompareHost } from './scene';

/** What an output needs of the page it is in. */
export interface IOutputHost extends ICompareHost {
  events: IEvents;
  /** The kernel of the notebook, if it has one. */
  kernelId: () => string | null;
  /** Tell the kernel what is selected. */
  select: (key: string, runIds: readonly string[]) => void;
}

export class ComparedOutput extends ReactWidget {
  constructor(
    private readonly _saved: ISaved,
    private readonly _host: IOutputHost
  ) {
    super();
    this.addClass('nbtrack-Compare');
    this.addClass('nbtrack-mod-output');
    const { api } = _host;
    const { key, store, compared, at, baseline, metric, sections } = _saved;
    const find = () => findHomes(api, _saved, _host.kernelId());
    const known = { compared, asOf: at };
    this._model =
      _saved.kind === 'runs'
        ? new ListModel(
            api,
            () => findStore(api, store, _host.kernelId()),
            _saved
          )
        : new CompareModel(
            api,
            find,
            _saved.runIds,
            {
              ...known,
              ...{ baseline, metric, open: new Set(sections) }
            },
            new Unsaved(tabStorage(), `nbtrack:compare:${key}`)
          );
    let told: ReadonlySet<string> = this._model.snapshot.selected;
    this._model.changed.connect(({ snapshot: { selected } }) => {
      if (selected !== told) {
        told = selected;
        _host.select(key, [...selected]);
      }
    });
    this._following = new Following(this._model, api, _host.events);
    // Not everywhere, and without it everything counts as seen.
    if (typeof IntersectionObserver !== 'undefined') {
      this._watch = new IntersectionObserver(entries => {
        this._onScreen = entries.at(-1)?.isIntersecting ?? true;
        this._look();
      });
      this._watch.observe(this.node);
    }
    // What is pressed in here is for the page, not for the notebook around it.
    this.node.addEventListener('keydown', keep);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._watch?.disconnect();
      this._following.dispose();
      this._model.dispose();
      super.dispose();
    }
  }

  protected override render(): React.JSX.Element {
    const { _saved: saved, _host: host, _model: model } = this;
    return model instanceof CompareModel ? (
      <Comparison
        model={model}
        host={host}
        kept={saved.histories}
        said={{ line: saved.said, runIds: saved.runIds }}
      />
    ) : (
      <Listing model={model} host={host} said={saved.said} />
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._look();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._look();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._look();
  }

  private _look(): void {
    const shown = this.isAttached && this.isVisible && this._onScreen;
    void this._following.setShown(shown);
  }

  private readonly _model: CompareModel | ListModel;
  private readonly _following: Following;
  private readonly _watch: IntersectionObserver | undefined;
  private _onScreen = typeof IntersectionObserver === 'undefined';
}
