/** What a registered model's page needs of what it is in, and how its parts get at it. */

import * as React from 'react';

import type { IRunHost } from '../run/host';
import type { IStoreHealth, StoreName } from '../runs';
import type { IAsk } from '../sidebar/host';
import type { ModelState } from '../state/model';

export interface IRegistryHost extends Pick<
  IRunHost,
  'api' | 'events' | 'open' | 'rendermime' | 'insert' | 'copy'
> {
  ask: Pick<IAsk, 'confirm'>;
  /** The model is not there any more: leave its page. */
  leave: () => void;
}

/** One model's page. */
export interface IScene {
  host: IRegistryHost;
  store: StoreName;
  /** Of the model. */
  name: string;
  state: ModelState;
  /** `null` until the store has said what it can. */
  health: IStoreHealth | null;
}

export const SceneContext = React.createContext<IScene | null>(null);

export function useScene(): IScene {
  const scene = React.useContext(SceneContext);
  if (!scene) {
    throw new Error('nbtrack: a part of a model’s page stands outside of one.');
  }
  return scene;
}
