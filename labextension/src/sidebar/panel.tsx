/** The sidebar: a toolbar and the sections, one below the other. */

import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { nbtrackIcon } from '../icons';
import type { SettingsState } from '../state';
import { type IStoreActions, StoreSection } from './store';

export const PANEL_ID = 'nbtrack-sidebar';

export type ISidebarActions = Omit<IStoreActions, 'retry'>;

export class Sidebar extends ReactWidget {
  constructor(
    private readonly state: SettingsState,
    private readonly actions: ISidebarActions
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('nbtrack-Sidebar');
    this.title.icon = nbtrackIcon;
    this.title.caption = 'nbtrack: MLflow runs of your notebooks';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'nbtrack');
    // `nbtrack:open` moves the focus here, so that Tab goes on inside the panel.
    this.node.tabIndex = -1;
  }

  protected override render(): React.JSX.Element {
    return <Content state={this.state} actions={this.actions} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.state.setVisible(true);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.state.setVisible(false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }
}

export function Content(props: {
  state: SettingsState;
  actions: ISidebarActions;
}): React.JSX.Element {
  const { state, actions } = props;
  const snapshot = React.useSyncExternalStore(
    React.useCallback(
      (notify: () => void) => {
        state.changed.connect(notify);
        return () => {
          state.changed.disconnect(notify);
        };
      },
      [state]
    ),
    () => state.snapshot
  );
  const refresh = () => {
    void state.refresh();
  };
  return (
    <>
      <header className="nbtrack-Header">
        <span className="nbtrack-Header-title">nbtrack</span>
        <button
          type="button"
          className="nbtrack-IconButton"
          aria-label="Refresh"
          title="Refresh"
          onClick={refresh}
        >
          <refreshIcon.react tag="span" elementSize="normal" />
        </button>
      </header>
      <StoreSection
        snapshot={snapshot}
        actions={{ ...actions, retry: refresh }}
      />
    </>
  );
}
