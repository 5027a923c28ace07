/** What crosses a wire or a layer. Names on the wire are MLflow's: snake_case. */

import type { ISignal } from '@lumino/signaling';

/** Which rule decided on a store or an experiment, the strongest first. */
export type Source =
  'explicit' | 'environment' | 'pyproject' | 'found' | 'default';

export interface IStore {
  /** What the routes call it; a server part older than part 3 does not say. */
  name?: string;
  /** Tells the store from others wherever it is named: see `stores`. */
  digest?: string;
  /** The tracking URI, without credentials. */
  uri: string;
  /** The same for people: «SQLite · mlflow.db». */
  readable: string;
  source: Source;
  /** Is the file there yet? `null` where only asking a server would tell. */
  exists: boolean | null;
}

export interface IExperiment {
  /** `null`: each notebook has its own, named after its path. */
  name: string | null;
  /** `null`: the kernel did not say. */
  source: Source | null;
}

/** A kernel that has nbtrack loaded. */
export interface IKernel {
  kernel_id: string;
  tracking: boolean;
  notebook: string | null;
}

/** The answer of `GET /nbtrack/api/settings`. */
export interface ISettings {
  store: IStore;
  experiment: IExperiment;
  /** `null`: no kernel was asked about, or it has not loaded nbtrack. */
  kernel: IKernel | null;
  notices: string[];
  /** Every store that the routes know by name. A digest is made of its URI, and the same for every kernel and server. */
  stores?: { name: string; readable: string; digest?: string }[];
  versions: { nbtrack: string; mlflow: string | null };
}

/** The body of every error answer. */
export interface IErrorBody {
  message: string;
  hint: string;
  code: string;
  /** With code `conflict`: what the store has where the page believed something else. */
  current?: Record<string, string | null>;
}

/** The notebook in front, as far as nbtrack cares. */
export interface INotebook {
  name: string;
  path: string;
  /** `null`: no kernel runs, or it is not known yet. */
  kernelId: string | null;
  /** The kernel's language as the notebook names it: `python`, `R`, …; empty if it doesn't. */
  language: string;
}

/** Follows the notebook in front; `notebook/follow.ts` is the one for JupyterLab. */
export interface INotebookSource {
  readonly current: INotebook | null;
  /** Another notebook, name or kernel. */
  readonly changed: ISignal<INotebookSource, void>;
  /** The kernel went back to idle: it may have loaded nbtrack or changed the store. */
  readonly executed: ISignal<INotebookSource, void>;
}
