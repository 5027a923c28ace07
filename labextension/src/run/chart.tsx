/** The live card's panel, in a page of React's. */

import * as React from 'react';

import { makeVegaChart, type MakeChart } from '../live/chart';
import { Panel } from '../live/panel';
import { followTheme, readTheme } from '../live/theme';
import type { IChoices, Template } from '../live/types';
import type { IPicture } from './curves';

/** What draws charts: Vega, where there is a canvas. */
export const ChartMaker = React.createContext<MakeChart>(makeVegaChart);

export function Chart(props: {
  picture: IPicture;
  choices: IChoices;
  template: Template;
}): React.JSX.Element {
  const { picture, choices, template } = props;
  const make = React.useContext(ChartMaker);
  const host = React.useRef<HTMLDivElement>(null);
  const panel = React.useRef<Panel | null>(null);
  const theme = React.useSyncExternalStore(followTheme, themeText);
  React.useEffect(() => {
    const made = new Panel(make);
    panel.current = made;
    host.current?.append(made.node);
    return () => {
      panel.current = null;
      made.dispose();
    };
    // Lab hides its page for a moment when the theme changes: a new chart measures itself again after that,
    // an old one would stay as narrow as it was then.
  }, [make, theme]);
  React.useEffect(() => {
    panel.current?.update(
      {
        frame: picture.frame,
        choices,
        templates: { template, custom: false },
        theme: readTheme()
      },
      picture.panel,
      true
    );
  }, [make, picture, choices, template, theme]);
  return <div ref={host} className="nbtrack-Run-chart" />;
}

/** React compares by identity, so a theme becomes text. */
function themeText(): string {
  return JSON.stringify(readTheme());
}
