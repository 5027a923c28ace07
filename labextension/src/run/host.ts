/** What a run's page needs of what it is in, and how its parts get at it. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { Api } from '../api';
import type { IStoreChanged } from '../events';
import type { IStoreHealth, StoreName } from '../runs';
import type { IOpen } from '../sidebar/open';
import type { RunState } from './state';

export interface IRunHost {
  api: Api;
  events: { readonly changed: ISignal<unknown, IStoreChanged> };
  open: IOpen;
  /** Renders notes and Markdown; `null`: they are shown as text. */
  rendermime: IRenderMimeRegistry | null;
  /** Put code into a new cell of the notebook in front, without running it. */
  insert: (code: string) => void;
  /** The source of a cell as it is now, if its notebook is open and has it. */
  currentSource: (notebook: string, cellId: string) => string | null;
  copy: (text: string) => void;
}

/** One run's page. */
export interface IScene {
  host: IRunHost;
  store: StoreName;
  runId: string;
  state: RunState;
  /** `null` until the store has said what it can. */
  health: IStoreHealth | null;
  /** May the run be changed? */
  editable: boolean;
}

export const SceneContext = React.createContext<IScene | null>(null);

export function useScene(): IScene {
  const scene = React.useContext(SceneContext);
  if (!scene) {
    throw new Error('nbtrack: a part of a run’s page stands outside of one.');
  }
  return scene;
}
