/** What a registration needs of the page it is in. */

import type { JSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Api } from '../api';
import type { IOpen } from '../sidebar/open';
import type { Reach } from './model';

export interface IRegisterHost {
  api: Api;
  /** `null`: there is no sidebar. */
  open: IOpen | null;
  /** A model was registered in the store with this digest: others may want to know. */
  registered: (digest: string, kernelId: string | null) => void;
  copy: (text: string) => void;
  /** Put code into a new cell of the notebook, without running it. */
  insert: (code: string) => void;
  kernelId: () => string | null;
  /** Tell the kernel. */
  send: (message: JSONObject) => void;
  /** Follow the kernel, from now on. */
  watch: () => IWatch;
}

/** Whether the kernel is the one that it was at first. */
export interface IWatch {
  readonly reach: Reach;
  readonly changed: ISignal<unknown, void>;
  dispose(): void;
}
