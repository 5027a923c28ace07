/** What crosses the wire about registered models. Names are MLflow's: snake_case; times are milliseconds since the epoch. */

import type { IKeyValue } from './runs';

export interface IModelAlias {
  alias: string;
  version: string;
}

/** A registered model as lists show it. */
export interface IRegisteredModel {
  name: string;
  description: string;
  created: number | null;
  updated: number | null;
  latest: { version: string; status: string } | null;
  aliases: IModelAlias[];
  /** `null`: counting them isn't cheap. */
  versions: number | null;
}

/** One page of them, the most recently updated first. */
export interface IModelQuery {
  /** Part of the name. */
  query?: string;
  max_results?: number;
  page_token?: string | null;
}

/** A registered model with all that is known of it but for its versions. */
export interface IModelDetail extends IRegisteredModel {
  tags: IKeyValue[];
  /** The versions at which an alias was, the newest last. */
  history: Record<string, string[]>;
  /** Where «Roll back» leads, by alias. */
  previous: Record<string, string>;
  capabilities: { logged_models: boolean; aliases: boolean; stages: boolean };
  /** What the store can't do, and what that means. */
  notes: string[];
}

export interface IModelVersion {
  name: string;
  version: string;
  /** MLflow's: READY, PENDING_REGISTRATION, FAILED_REGISTRATION, … */
  status: string;
  status_message: string | null;
  description: string;
  tags: IKeyValue[];
  aliases: string[];
  stage: string | null;
  created: number | null;
  updated: number | null;
  /** Empty: nobody knows. */
  user: string;
  run_id: string | null;
  run_name: string | null;
  experiment_id: string | null;
  notebook: string | null;
  cell_id: string | null;
  model_id: string | null;
  /** Where its files are, without credentials. */
  source: string | null;
}

/** A version that was made of a run. */
export interface IRegistered {
  name: string;
  version: string;
  aliases: string[];
}

/** A change of a model or a version. What is left out stays as it is. */
export interface IModelChange {
  description?: string;
  /** `null` deletes the tag. */
  tags?: Record<string, string | null>;
  /** What the page believed: `description`, `tags.<key>`. Another value in the store → 409 with `current`. */
  expected?: Record<string, string | null>;
}

/** «registered as churn v7 @champion». */
export function registeredWords({
  name,
  version,
  aliases
}: IRegistered): string {
  const names = aliases.map(alias => `@${alias}`);
  return ['registered as', name, `v${version}`, ...names].join(' ');
}

/** MLflow's status of a version in words; one that MLflow does not know speaks for itself. */
export function versionStatus(status: string): string {
  switch (status) {
    case 'READY':
      return 'ready';
    case 'PENDING_REGISTRATION':
      return 'being registered';
    case 'FAILED_REGISTRATION':
      return 'registration failed';
    default:
      return status;
  }
}

/** What MLflow's functions load a model by. */
export function modelUri(name: string, version: string): string {
  return `models:/${name}/${version}`;
}

/** The same, of the version that an alias is at whenever it is loaded. */
export function aliasUri(name: string, alias: string): string {
  return `models:/${name}@${alias}`;
}
