/** The list of registered models: one tab stop, arrow keys, type-ahead. */

import * as React from 'react';

import { type IRegisteredModel, versionStatus } from '../models';
import { useHost } from './host';
import { useObserved } from './observe';
import { TypeAhead } from './typeahead';

/** Lines that Page Up and Page Down go by. */
const LEAP = 10;

export function ModelsList(): React.JSX.Element {
  const { lists, open } = useHost();
  const { models, place } = lists;
  const { items } = useObserved(models);
  const [active, setActive] = React.useState<string | null>(null);
  const [typed] = React.useState(() => new TypeAhead());
  const list = React.useRef<HTMLUListElement>(null);
  const names = items?.map(one => one.name) ?? [];
  const at = Math.max(0, active === null ? 0 : names.indexOf(active));
  const show = (name: string) => {
    models.see(name);
    open.model(place.snapshot.store, name);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const to = target(event.key, at, names, typed);
    if (to === null) {
      return;
    }
    const line =
      list.current?.children[Math.max(0, Math.min(to, names.length - 1))];
    line?.querySelector('button')?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ul
      ref={list}
      className="nbtrack-Models-list"
      aria-label="Registered models"
      onKeyDown={onKeyDown}
    >
      {items?.map((one, index) => (
        <Line
          key={one.name}
          model={one}
          isNew={models.isNew(one)}
          active={index === at}
          onFocus={() => {
            setActive(one.name);
          }}
          onOpen={() => {
            show(one.name);
          }}
        />
      ))}
    </ul>
  );
}

/** The index of the line that a key leads to; `null`: it is none of ours. */
function target(
  key: string,
  at: number,
  names: readonly string[],
  typed: TypeAhead
): number | null {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + LEAP;
    case 'PageUp':
      return at - LEAP;
    case 'Home':
      return 0;
    case 'End':
      return names.length - 1;
    default:
      return key.length === 1 && key !== ' '
        ? typed.find(key, names, at)
        : null;
  }
}

function Line(props: {
  model: IRegisteredModel;
  isNew: boolean;
  active: boolean;
  onFocus: () => void;
  onOpen: () => void;
}): React.JSX.Element {
  const { name, latest, aliases } = props.model;
  const pending = latest !== null && latest.status !== 'READY';
  return (
    <li>
      <button
        type="button"
        className="nbtrack-Models-line"
        tabIndex={props.active ? 0 : -1}
        title={name}
        onFocus={props.onFocus}
        onClick={props.onOpen}
      >
        <span className="nbtrack-Models-name">{name}</span>{' '}
        {props.isNew && <span className="nbtrack-Tree-here">new</span>}{' '}
        <span className="nbtrack-Tree-count">
          {latest ? `v${latest.version}` : 'no version'}
          {pending && ` · ${versionStatus(latest.status)}`}
        </span>{' '}
        {aliases.length > 0 && (
          <span className="nbtrack-Models-aliases">
            {aliases
              .map(({ alias, version }) => `@${alias} v${version}`)
              .join(' · ')}
          </span>
        )}
      </button>
    </li>
  );
}
