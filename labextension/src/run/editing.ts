/** What a text that can be edited needs of the page that it stands on. */

import * as React from 'react';

export interface IEditing {
  /** May anything on the page be changed? */
  editable: boolean;
  /** Show what the store has now. */
  refresh: () => Promise<void>;
}

export const EditingContext = React.createContext<IEditing | null>(null);

export function useEditing(): IEditing {
  const editing = React.useContext(EditingContext);
  if (!editing) {
    throw new Error('nbtrack: an editor stands outside of a page.');
  }
  return editing;
}
