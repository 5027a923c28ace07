/** The tab of a comparison in the main area. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { IStoreChanged } from '../events';
import { nbtrackIcon } from '../icons';
import type { IRunHost } from '../run/host';
import { Attention } from '../state/attention';
import { Watch } from '../state/watch';
import { Comparison, type ICompareHost } from './content';
import type { CompareModel } from './model';

/** Without an event, in ms. */
const INTERVAL = 30_000;

export class CompareTab extends ReactWidget {
  /** @param key - Tells the tab from others, also after a reload of the page. */
  constructor(
    readonly key: string,
    readonly model: CompareModel,
    private readonly _host: ICompareHost,
    private readonly _events: IRunHost['events']
  ) {
    super();
    this.id = `nbtrack-compare-${key}`;
    this.addClass('nbtrack-Compare');
    this.title.icon = nbtrackIcon;
    this.title.label = 'Compare runs';
    this.title.closable = true;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Comparison of runs');
    this.node.tabIndex = -1;
    this._attention = new Attention(document);
    this._watch = new Watch(
      this._attention,
      ({ store, experimentIds }) => _host.api.watch(store, experimentIds),
      () => INTERVAL
    );
    this._watch.due.connect(this._onDue, this);
    _events.changed.connect(this._onStoreChanged, this);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._shown = false;
    this._events.changed.disconnect(this._onStoreChanged, this);
    this._watch.dispose();
    this._attention.dispose();
    this.model.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return <Comparison model={this.model} host={this._host} />;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // A tab that is in front from the start is never shown: it was not hidden.
    if (this.isVisible) {
      void this._begin();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this._begin();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._shown = false;
    this._attention.setShown(false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  /** Runs that have ended may have got another name or tag while nobody looked. */
  private async _begin(): Promise<void> {
    if (this._shown) {
      return;
    }
    this._shown = true;
    await this.model.refresh(true);
    const { store, experimentIds } = this.model;
    this._watch.follow({ store, experimentIds });
    // It may have been hidden meanwhile.
    this._attention.setShown(this._shown);
  }

  private _onDue(): void {
    void this.model.refresh(false);
  }

  private _onStoreChanged(_: unknown, { store }: IStoreChanged): void {
    this._watch.heard(store);
  }

  private readonly _attention: Attention;
  private readonly _watch: Watch;
  private _shown = false;
}
