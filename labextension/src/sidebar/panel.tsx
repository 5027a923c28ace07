/** The sidebar: a header, then the lists, or the page of one run or one registered model in their place. */

import {
  caretLeftIcon,
  ReactWidget,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { nbtrackIcon } from '../icons';
import type { IShown } from '../state/place';
import { ExperimentsSection } from './experiments';
import { HostContext, type IHost, useHost } from './host';
import { ModelsSection } from './models';
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
  const { run, model } = useObserved(lists.place);
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
      {model && (
        <div
          className="nbtrack-RunPage"
          key={JSON.stringify(['model', model.store, model.name])}
        >
          <Back />
          {host.modelView(model.store, model.name)}
        </div>
      )}
      {/* Stays while a page is shown, so that it is as it was when one comes back. */}
      <div className="nbtrack-Lists" hidden={run !== null || model !== null}>
        <StoreSection
          snapshot={settings}
          actions={{ copy: host.copy, insert: host.insert, retry }}
        />
        {settings.settings !== null && (
          <>
            <ExperimentsSection />
            <ModelsSection />
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

/** From a page to the lists, or to the page before; takes the focus, and gives it back to the line that was left. */
function Back(): React.JSX.Element {
  const { place } = useHost().lists;
  const { model, before } = useObserved(place);
  const button = React.useRef<HTMLButtonElement>(null);
  const list = model ? '.nbtrack-Models-list' : '.nbtrack-Grid';
  const [lines] = React.useState([list, '.nbtrack-Grid']);
  React.useLayoutEffect(() => {
    const panel = button.current?.closest('.nbtrack-Sidebar');
    // The line that had the focus is hidden by now; whoever opened the page from elsewhere stays there.
    const focused = document.activeElement;
    if (focused === document.body || panel?.contains(focused)) {
      button.current?.focus();
    }
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) {
          lines
            .map(one =>
              panel?.querySelector<HTMLElement>(`${one} [tabindex="0"]`)
            )
            .find(Boolean)
            ?.focus();
        }
      });
    };
  }, [lines]);
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
      <span className="nbtrack-Back-label">
        {leadsTo(before, model !== null)}
      </span>
    </button>
  );
}

function leadsTo(before: IShown | null, fromModel: boolean): string {
  if (before?.model) {
    return `Back to ${before.model.name}`;
  }
  if (before?.run) {
    return 'Back to the run';
  }
  return fromModel ? 'All models' : 'All runs';
}
