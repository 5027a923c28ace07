/** What crosses the wire about a model that is being registered. */

import type { IKeyValue } from './runs';

/** The MIME type of it in the output of a cell. */
export const REGISTER_MIME = 'application/vnd.nbtrack.register.v1+json';

/** A column of what a model takes or gives. */
export interface IField {
  name: string;
  type: string;
}

export type Cell = string | number | boolean | null;

/** A model of the run: logged with it, or still in the kernel's memory. */
export interface IFound {
  /** `null`: in memory only. */
  uri: string | null;
  name: string;
  flavors: string[];
  signature: { inputs: IField[]; outputs: IField[] } | null;
  example: { columns: string[]; rows: Cell[][] } | null;
  size: number | null;
  in_memory: boolean;
  /** What it is registered as already. */
  versions: { name: string; version: string }[];
}

/** What is typed into the form. */
export interface IValues {
  name: string;
  /** What `keyOf` says of the chosen one; `null`: the only one. */
  model: string | null;
  aliases: string[];
  tags: IKeyValue[];
  description: string;
}

export interface IForm {
  run_id: string | null;
  run_name: string | null;
  models: IFound[];
  /** Names of the registry. */
  names: string[];
  values: IValues;
}

export interface IConfirm {
  alias: string;
  from: { version: string; run_name: string | null };
  /** The new version; `null`: it has no number yet. */
  to: string | null;
  /** The runs of both, that of the version that has the alias first; none where one is not known. */
  run_ids: string[];
}

/** A metric of the version and of the one before, on the same rows. */
export interface IScore {
  metric: string;
  candidate: number | null;
  champion: number | null;
  difference: number | null;
  /** 95 % of the difference. */
  low: number | null;
  high: number | null;
}

export interface ICard {
  name: string;
  version: string;
  aliases: string[];
  /** The versions that had the aliases; `null`: none had. */
  replaced: Record<string, string | null>;
  uri: string;
  code: string;
  run_id: string | null;
  run_name: string | null;
  notes: string[];
  stage: string | null;
  scores: IScore[];
}

export interface IStep {
  what: string;
  done: number | null;
  total: number | null;
}

export type RegisterState = 'form' | 'working' | 'confirm' | 'done' | 'failed';

/** One picture of it, whole. */
export interface IRegistering {
  key: string;
  /** Digest of the store's address. */
  store: string;
  /** Grows with each picture. */
  sequence: number;
  state: RegisterState;
  /** What the store can't hold. */
  notes: string[];
  form: IForm | null;
  progress: IStep | null;
  confirm: IConfirm | null;
  card: ICard | null;
  error: { message: string; hint: string } | null;
}

/** What a page asks of the kernel. */
export type RegisterAction = 'register' | 'yes' | 'no' | 'again';

/** What stands for a model in what is sent. */
export function keyOf(found: IFound): string {
  return found.uri ?? found.name;
}
