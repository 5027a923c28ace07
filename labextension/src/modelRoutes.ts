/** The routes of registered models, as functions. */

import type {
  IModelChange,
  IModelDetail,
  IModelQuery,
  IModelVersion,
  IRegisteredModel
} from './models';
import { Routes } from './routes';
import type { IAnswer, IPage, StoreName } from './runs';

export class ModelRoutes extends Routes {
  models(
    store: StoreName,
    query: IModelQuery = {}
  ): Promise<IAnswer<IPage<IRegisteredModel>>> {
    return this.get('models', { store, ...query });
  }

  model(store: StoreName, name: string): Promise<IAnswer<IModelDetail>> {
    return this.get(model(name), { store });
  }

  /**
   * Versions of one model, or those that were made of runs.
   *
   * @param name - `null`: of every model.
   * @param runIds - `null`: of every run, and of none. Only where no model is named.
   */
  modelVersions(
    store: StoreName,
    name: string | null,
    runIds: readonly string[] | null,
    page: Omit<IModelQuery, 'query'> = {}
  ): Promise<IAnswer<IPage<IModelVersion>>> {
    return name === null
      ? this.get('versions', { store, run_id: runIds, ...page })
      : this.get(`${model(name)}/versions`, { store, ...page });
  }

  async updateModel(
    store: StoreName,
    name: string,
    change: IModelChange
  ): Promise<void> {
    await this.send('PATCH', model(name), { store }, change);
  }

  async updateVersion(
    store: StoreName,
    name: string,
    version: string,
    change: IModelChange
  ): Promise<void> {
    await this.send('PATCH', numbered(name, version), { store }, change);
  }

  /**
   * Put an alias at a version.
   *
   * @param version - `null` takes the alias away.
   * @param expected - Where it is believed to be; `null`: nowhere.
   * @throws RequestError - 409 with `current.version` where it is elsewhere.
   */
  async setAlias(
    store: StoreName,
    name: string,
    alias: string,
    version: string | null,
    expected: string | null
  ): Promise<void> {
    const path = `${model(name)}/aliases/${encodeURIComponent(alias)}`;
    await (version === null
      ? this.send('DELETE', path, { store }, { expected })
      : this.send('PUT', path, { store }, { version, expected }));
  }

  /** For good: no store can bring it back. */
  async deleteVersion(
    store: StoreName,
    name: string,
    version: string
  ): Promise<void> {
    await this.send('DELETE', numbered(name, version), { store });
  }

  /** For good, with all its versions. */
  async deleteModel(store: StoreName, name: string): Promise<void> {
    await this.send('DELETE', model(name), { store });
  }
}

function model(name: string): string {
  return `models/${encodeURIComponent(name)}`;
}

function numbered(name: string, version: string): string {
  return `${model(name)}/versions/${encodeURIComponent(version)}`;
}
