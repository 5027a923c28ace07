/** A page in a document, for tests that use it as a person does. */

import type * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

export class OnPage {
  constructor() {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    this.host = document.createElement('div');
    document.body.append(this.host);
    this._root = createRoot(this.host);
  }

  readonly host: HTMLElement;

  /** Show this, wait for what it asks of the server, and return what is to be read. */
  protected async render(content: React.ReactNode): Promise<string> {
    await this.after(() => {
      this._root.render(content);
    });
    return this.text;
  }

  get text(): string {
    return this.host.textContent;
  }

  dispose(): void {
    act(() => {
      this._root.unmount();
    });
    this.host.remove();
  }

  /** Do something, and wait for what it asks of the server. */
  async after(work: () => void): Promise<void> {
    await act(async () => {
      work();
      await settled();
    });
  }

  find(selector: string): HTMLElement {
    const found = this.host.querySelector<HTMLElement>(selector);
    if (!found) {
      throw new Error(`no ${selector} in ${this.host.innerHTML}`);
    }
    return found;
  }

  all(selector: string): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>(selector)];
  }

  /** A button or link by its name. */
  named(name: string): HTMLElement {
    const found = this.all('button, a, summary').find(
      one => one.getAttribute('aria-label') === name || one.textContent === name
    );
    if (!found) {
      throw new Error(`no button ${name} in ${this.host.innerHTML}`);
    }
    return found;
  }

  has(name: string): boolean {
    return this.all('button, a').some(
      one => one.getAttribute('aria-label') === name || one.textContent === name
    );
  }

  click(name: string): Promise<void> {
    return this.after(() => {
      this.named(name).click();
    });
  }

  /** Type into the box of this name, as React notices it. */
  type(name: string, text: string): Promise<void> {
    return this.after(() => {
      const box = this.box(name);
      const set = Object.getOwnPropertyDescriptor(
        Object.getPrototypeOf(box) as object,
        'value'
      )?.set;
      set?.call(box, text);
      box.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  box(name: string): HTMLInputElement {
    return this.find(
      `:is(input, textarea)[aria-label="${name}"]`
    ) as HTMLInputElement;
  }

  press(target: HTMLElement, key: string): Promise<void> {
    return this.after(() => {
      const event = new KeyboardEvent('keydown', {
        key,
        bubbles: true,
        cancelable: true
      });
      const done = target.dispatchEvent(event);
      // jsdom submits no form by itself.
      if (done && key === 'Enter' && target instanceof HTMLInputElement) {
        target.form?.requestSubmit();
      }
    });
  }

  private readonly _root: Root;
}

/** The real one, whatever clock a test has. */
const later = globalThis.setTimeout;

/** Wait for a few answers, one after the other. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 25; i++) {
    await new Promise(resolve => {
      later(resolve, 0);
    });
  }
}
