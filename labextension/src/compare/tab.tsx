/** The tab of a comparison in the main area. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { nbtrackIcon } from '../icons';
import { Comparison } from './content';
import { Following, type IEvents } from './following';
import type { CompareModel } from './model';
import type { ICompareHost } from './scene';

export class CompareTab extends ReactWidget {
  /** @param key - Tells the tab from others, also after a reload of the page. */
  constructor(
    readonly key: string,
    readonly model: CompareModel,
    private readonly _host: ICompareHost,
    events: IEvents
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
    this._following = new Following(model, _host.api, events);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._following.dispose();
      this.model.dispose();
      super.dispose();
    }
  }

  protected override render(): React.JSX.Element {
    return <Comparison model={this.model} host={this._host} />;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // A tab that is in front from the start is never shown: it was not hidden.
    if (this.isVisible) {
      void this._following.setShown(true);
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this._following.setShown(true);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    void this._following.setShown(false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  private readonly _following: Following;
}
