/** What can be done to runs in the list, by mouse and by keyboard. */

import * as React from 'react';

import type { ILine } from '../state/flat';
import { lines } from '../state/flat';
import { type IHost, useHost } from './host';
import type { Act } from './runsKeys';

export interface IActions {
  open: (line: ILine) => void;
  select: (line: ILine) => void;
  extend: (line: ILine) => void;
  expand: (line: ILine) => void;
  pin: (line: ILine) => void;
  /** @param focus - Moves the keyboard to a line. */
  keyed: (act: Act, at: number, focus: (key: string) => void) => void;
}

/** @param all - The lines as they are shown. */
export function useActions(all: readonly ILine[]): IActions {
  const host = useHost();
  return React.useMemo(() => actions(host, all), [host, all]);
}

/** Delete the selected runs, or bring them back where the deleted ones are listed. */
export function removeOrRestore(host: IHost, ids: readonly string[]): void {
  const { removal, place, filter } = host.lists;
  const { store } = place.snapshot;
  if (ids.length > 0 && !removal.snapshot.busy) {
    void (filter.snapshot.applied.deleted
      ? removal.restore(store, ids)
      : removal.remove(store, ids));
  }
}

function actions(host: IHost, all: readonly ILine[]): IActions {
  const { runs, selection, view, place } = host.lists;
  const open = ({ key, row }: ILine) => {
    selection.activate(key);
    host.open.run(place.snapshot.store, row.run_id);
  };
  const select = (line: ILine) => {
    selection.toggle(line);
  };
  const extend = (line: ILine) => {
    selection.extend(line, all);
  };
  const expand = ({ key, row, expanded }: ILine) => {
    selection.activate(key);
    void runs.expand(row.run_id, expanded !== true);
  };
  const pin = ({ row, pinned }: ILine) => {
    const { pins } = view.snapshot.view;
    const others = pins.filter(id => id !== row.run_id);
    view.change({ pins: pinned ? others : [...others, row.run_id] });
  };
  const end = async (extends_: boolean, focus: (key: string) => void) => {
    await runs.all();
    const { pinned, listed } = lines(runs.snapshot, view.snapshot.view.sort);
    const now = [...pinned, ...listed];
    const last = now.at(-1);
    if (last) {
      if (extends_) {
        selection.extend(last, now);
      }
      focus(last.key);
    }
  };
  const keyed = (act: Act, at: number, focus: (key: string) => void) => {
    const line = all[at];
    if (!line) {
      return;
    }
    switch (act.kind) {
      case 'go': {
        const to = all[act.index];
        if (act.extend && to) {
          selection.extend(to, all);
        }
        if (to) {
          focus(to.key);
        }
        break;
      }
      case 'end':
        void end(act.extend, focus);
        break;
      case 'expand':
        void runs.expand(line.row.run_id, act.open);
        break;
      case 'open':
        open(line);
        break;
      case 'select':
        select(line);
        break;
      case 'extend':
        extend(line);
        break;
      case 'all':
        selection.selectAll(all);
        break;
      case 'clear':
        selection.clear();
        break;
      case 'pin':
        pin(line);
        // Its line moves: the keyboard goes with it.
        focus(`${line.pinned ? '' : 'pin'}/${line.row.run_id}`);
        break;
      case 'delete': {
        const { selected } = selection.snapshot;
        removeOrRestore(
          host,
          selected.size ? [...selected] : [line.row.run_id]
        );
        break;
      }
    }
  };
  return { open, select, extend, expand, pin, keyed };
}
