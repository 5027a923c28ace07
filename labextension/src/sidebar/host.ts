/** What the sidebar needs of what it is in, and how its parts get at it. */

import * as React from 'react';

import type { StoreName } from '../runs';
import type { Lists } from '../state/lists';
import type { IOpen } from './open';

/** Dialogs. */
export interface IAsk {
  /** @returns `null` when the user thinks better of it. */
  text(title: string, label: string, value: string): Promise<string | null>;
  confirm(title: string, body: string, verb: string): Promise<boolean>;
}

export interface IHost {
  readonly lists: Lists;
  readonly open: IOpen;
  readonly ask: IAsk;
  copy: (text: string) => void;
  /** Put this line into a new cell of the current notebook, without running it. */
  insert: (line: string) => void;
  /** The page of one run. */
  runView: (store: StoreName, runId: string) => React.JSX.Element;
  /** The page of one registered model. */
  modelView: (store: StoreName, name: string) => React.JSX.Element;
}

export const HostContext = React.createContext<IHost | null>(null);

export function useHost(): IHost {
  const host = React.useContext(HostContext);
  if (!host) {
    throw new Error('nbtrack: a part of the sidebar stands outside of it.');
  }
  return host;
}
