/** The sidebar's lists on a page of a test: looked at and used as a person does. */

import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import type { IHost } from '../sidebar/host';
import { Content } from '../sidebar/panel';
import { Deck } from './deck';
import { experiment, rows, settle } from './store';

export const FILTER = 'Filter runs by name or in MLflow’s filter language';

export let deck: Deck;
export let host: HTMLElement;
let root: Root;

/** Call it at the top of a file of tests: each gets a sidebar of its own. */
export function onScreen(): void {
  beforeAll(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    // What jsdom lacks, since it lays nothing out.
    Element.prototype.scrollIntoView = () => undefined;
  });

  beforeEach(() => {
    deck = new Deck();
    deck.store.experiments = [
      experiment('1', 'churn/first', { runs: 3 }),
      experiment('2', 'other')
    ];
    deck.store.rows = rows(3);
    host = document.createElement('div');
    host.className = 'nbtrack-Sidebar';
    document.body.append(host);
    root = createRoot(host);
  });

  afterEach(() => {
    act(() => {
      root.unmount();
    });
    deck.dispose();
    host.remove();
  });
}

export async function open(modelView?: IHost['modelView']): Promise<void> {
  const view = deck.host((_, runId) => <p>page of {runId}</p>, modelView);
  await act(async () => {
    root.render(<Content host={view} />);
    deck.show();
    await settle();
  });
}

export const all = (selector: string) => [
  ...host.querySelectorAll<HTMLElement>(selector)
];
export const lines = () => all('.nbtrack-Grid [data-key]');
export const namesOf = () =>
  lines().map(one => one.querySelector('.nbtrack-Row-name')?.textContent);

/** What a name is read as. */
export function labelled(label: string): HTMLElement {
  const found = all('button, input, select, [role=row], [role=treeitem]').find(
    one => one.textContent === label || one.getAttribute('aria-label') === label
  );
  if (!found) {
    throw new Error(`nothing is called ${label}`);
  }
  return found;
}

export async function click(
  target: HTMLElement | string,
  init: MouseEventInit = {}
): Promise<void> {
  const node = typeof target === 'string' ? labelled(target) : target;
  await act(async () => {
    node.dispatchEvent(new MouseEvent('click', { bubbles: true, ...init }));
    await settle();
  });
}

export async function press(
  key: string,
  init: KeyboardEventInit = {}
): Promise<void> {
  await act(async () => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', {
        key,
        bubbles: true,
        cancelable: true,
        ...init
      })
    );
    await settle();
  });
}

/** Type into a box, as React sees it. */
export async function write(
  label: string,
  text: string
): Promise<HTMLInputElement> {
  const input = labelled(label) as HTMLInputElement;
  await act(async () => {
    input.focus();
    Object.getOwnPropertyDescriptor(
      HTMLInputElement.prototype,
      'value'
    )?.set?.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
  });
  return input;
}

export const focusFirst = () => {
  act(() => {
    lines()[0]?.focus();
  });
};
export const focused = () => document.activeElement?.getAttribute('data-key');
