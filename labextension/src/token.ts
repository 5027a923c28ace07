/** What nbtrack's plugins share. */

import { Token } from '@lumino/coreutils';

import type { Api } from './api';
import type { StoreEvents } from './events';
import type { Preferences } from './preferences';
import type { IOpen } from './sidebar/open';

export interface IStudy {
  readonly api: Api;
  readonly open: IOpen;
  readonly events: StoreEvents;
  readonly preferences: Preferences;
}

export const IStudy = new Token<IStudy>(
  'nbtrack:study',
  'The runs of nbtrack: how to ask for them, and how to show them.'
);
