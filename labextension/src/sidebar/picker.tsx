/** Chooses the store, where there are several. */

import * as React from 'react';

import type { IStoreName } from '../runs';
import type { ISettings } from '../types';
import { useHost } from './host';
import { useObserved } from './observe';

export function StorePicker(): React.JSX.Element | null {
  const { settings, place } = useHost().lists;
  const { store } = useObserved(place);
  const stores = storesOf(useObserved(settings).settings);
  if (stores.length < 2) {
    return null;
  }
  return (
    <select
      className="nbtrack-Select nbtrack-Picker"
      aria-label="Store"
      value={store}
      title={stores.find(one => one.name === store)?.readable}
      onChange={event => {
        place.chooseStore(event.target.value);
      }}
    >
      {stores.map(({ name, readable }) => (
        <option key={name} value={name}>
          {name.startsWith('kernel:') ? readable : `${name} (${readable})`}
        </option>
      ))}
    </select>
  );
}

/** Those that the server names, and the one in use if it isn't among them. */
function storesOf(settings: ISettings | null): IStoreName[] {
  const stores = [...(settings?.stores ?? [])];
  const used = settings?.store;
  if (used?.name !== undefined && !stores.some(one => one.name === used.name)) {
    stores.push({ name: used.name, readable: used.readable });
  }
  return stores;
}
