/** The sidebar: a header, then the lists, or the page of one run in their place. */

import {
  caretLeftIcon,
  ReactWidget,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { nbtrackIcon } from '../icons';
import { ExperimentsSection } from './experiments';
import { HostContext, type IHost, useHost } from './host';
import { useObserved } from './observe';
import { IconButton } from './parts';
import { StorePicker } from './picker';
import { RunsSection } from './runs';
import { StoreSection } from './store';

export const PANEL_ID = 'nbtrack-sidebar';

export class Sidebar extends ReactWidget {
  constructor(private readonly host: IHost) {
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
    return <Content host={this.host} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.host.lists.attention.setShown(true);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.host.lists.attention.setShown(false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    // Whoever opens a run from a list in here has the focus already, and on something better.
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }
}

export function Content(props: { host: IHost }): React.JSX.Element {
  const { host } = props;
  const { lists } = host;
  const settings = useObserved(lists.settings);
  const { run } = useObserved(lists.place);
  const retry = () => {
    void lists.settings.refresh();
    void lists.refresh();
  };
  return (
    <HostContext.Provider value={host}>
      <Header onRefresh={retry} />
      {run && (
        <div className="nbtrack-RunPage" key={`${run.store}/${run.runId}`}>
          <Back />
          {host.runView(run.store, run.runId)}
        </div>
      )}
      {/* Stays while a run is shown, so that it is as it was when one comes back. */}
      <div className="nbtrack-Lists" hidden={run !== null}>
        <StoreSection
          snapshot={settings}
          actions={{ copy: host.copy, insert: host.insert, retry }}
        />
        {settings.settings !== null && (
          <>
            <ExperimentsSection />
            <RunsSection />
          </>
        )}
      </div>
    </HostContext.Provider>
  );
}

function Header(props: { onRefresh: () => void }): React.JSX.Element {
  return (
    <div className="nbtrack-Header">
      <span className="nbtrack-Header-title">nbtrack</span>
      <StorePicker />
      <IconButton
        icon={refreshIcon}
        label="Refresh"
        onClick={props.onRefresh}
      />
    </div>
  );
}

/** From a run to the lists; takes the focus, and gives it back to the run's line. */
function Back(): React.JSX.Element {
  const { place } = useHost().lists;
  const button = React.useRef<HTMLButtonElement>(null);
  React.useLayoutEffect(() => {
    const panel = button.current?.closest('.nbtrack-Sidebar');
    // The line that had the focus is hidden by now; whoever opened the run from elsewhere stays there.
    const focused = document.activeElement;
    if (focused === document.body || panel?.contains(focused)) {
      button.current?.focus();
    }
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) {
          panel
            ?.querySelector<HTMLElement>('.nbtrack-Grid [tabindex="0"]')
            ?.focus();
        }
      });
    };
  }, []);
  return (
    <button
      ref={button}
      type="button"
      className="nbtrack-Back"
      onClick={() => {
        place.back();
      }}
    >
      <caretLeftIcon.react tag="span" elementSize="normal" />
      All runs
    </button>
  );
}
