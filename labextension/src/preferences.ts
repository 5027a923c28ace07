/** What the user sets under Settings → nbtrack. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ISignal, Signal } from '@lumino/signaling';

/** The plugin whose `schema/<name>.json` describes the settings. */
export const SETTINGS_ID = 'nbtrack:plugin';

export class Preferences {
  /** Show badges under the cells that made runs. */
  get badges(): boolean {
    return this._badges;
  }

  /** Milliseconds after which open lists are asked for again even if nothing is heard of a change. */
  get refreshInterval(): number {
    return this._refreshInterval;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Follow the settings; without a registry, or where it fails, the defaults hold. */
  async follow(registry: ISettingRegistry | null): Promise<void> {
    const settings = await registry?.load(SETTINGS_ID);
    if (settings) {
      settings.changed.connect(this._take, this);
      this._take(settings);
    }
  }

  private _take(settings: ISettingRegistry.ISettings): void {
    const { badges, refreshInterval } = settings.composite;
    this._badges = badges !== false;
    if (typeof refreshInterval === 'number') {
      this._refreshInterval = refreshInterval * 1000;
    }
    this._changed.emit();
  }

  private _badges = true;
  private _refreshInterval = 20_000;
  private readonly _changed = new Signal<this, void>(this);
}
