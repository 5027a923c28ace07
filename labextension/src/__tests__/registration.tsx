/** A registration on a page of a test: what the kernel says, and what a person does. */

import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { act } from 'react';

import { Api } from '../api';
import type { IRegisterHost, IWatch } from '../register/host';
import { RegisterOutput } from '../register/output';
import type { Reach } from '../register/model';
import { readRegistering } from '../register/read';
import { CompareServer } from './compareserver';
import { settled } from './runpage';

export const KEY = 'b'.repeat(32);
export const DIGEST = '0123456789abcdef';

type Json = Record<string, unknown>;

export function found(parts: Json = {}): Json {
  return {
    uri: 'models:/m-1',
    name: 'model',
    flavors: ['sklearn', 'python_function'],
    signature: {
      inputs: [
        { name: 'age', type: 'long' },
        { name: 'plan', type: 'string' }
      ],
      outputs: [{ name: '', type: 'long' }]
    },
    example: { columns: ['age', 'plan'], rows: [[31, 'gold']] },
    model_id: 'm-1',
    size: 12_345,
    in_memory: false,
    versions: [],
    ...parts
  };
}

export function values(parts: Json = {}): Json {
  const nothing = { name: '', model: 'models:/m-1', aliases: [], tags: [] };
  return { ...nothing, description: '', ...parts };
}

export function form(parts: Json = {}): Json {
  const run = { run_id: 'r1', run_name: 'brave-fox' };
  const names = ['churn', 'churn-lite', 'uplift'];
  return { ...run, models: [found()], names, values: values(), ...parts };
}

export function card(parts: Json = {}): Json {
  return {
    ...{ name: 'churn', version: '4', aliases: ['champion'] },
    replaced: { champion: '3' },
    uri: 'models:/churn@champion',
    code: 'import mlflow\n\nmodel = mlflow.pyfunc.load_model("models:/churn@champion")',
    ...{ run_id: 'r1', run_name: 'brave-fox', notes: [], stage: null },
    scores: [],
    ...parts
  };
}

let sequence = 0;

export function said(state: string, parts: Json = {}): Json {
  const none = { form: null, progress: null, confirm: null, card: null };
  return {
    ...{ version: 1, key: KEY, store: DIGEST, state, notes: [], error: null },
    ...none,
    sequence: ++sequence,
    ...parts
  };
}

class HandWatch implements IWatch {
  reach: Reach = 'there';
  readonly changed = new Signal<this, void>(this);
  readonly dispose = jest.fn();
}

export class Page {
  constructor() {
    const IS_REACT_ACT_ENVIRONMENT = true;
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT });
    Element.prototype.scrollIntoView = () => undefined;
    this.server.known = {
      store: { name: 'workspace', digest: 'other' },
      stores: [{ name: 'team', readable: 'x', digest: DIGEST }]
    };
    this.host = {
      api: new Api(this.server.settings),
      open: this.open as unknown as IRegisterHost['open'],
      registered: this.registered,
      copy: this.copy,
      insert: this.insert,
      kernelId: () => 'k1',
      send: this.send,
      watch: () => this.watch
    };
  }

  readonly server = new CompareServer();
  readonly watch = new HandWatch();
  readonly open = { run: jest.fn(), model: jest.fn(), compare: jest.fn() };
  readonly registered = jest.fn();
  readonly copy = jest.fn<undefined, [string]>();
  readonly insert = jest.fn<undefined, [string]>();
  readonly send = jest.fn();
  readonly host: IRegisterHost;
  output!: RegisterOutput;

  async show(data: unknown): Promise<void> {
    const read = readRegistering(data);
    if (!read) {
      throw new Error('the test’s output can’t be read');
    }
    await this.after(() => {
      this.output = new RegisterOutput(read, this.host);
      Widget.attach(this.output, document.body);
    });
  }

  /** The kernel replaces the output. */
  receive(data: unknown): Promise<void> {
    return this.after(() => {
      expect(this.output.receive(data)).toBe(true);
    });
  }

  reach(reach: Reach): Promise<void> {
    return this.after(() => {
      this.watch.reach = reach;
      this.watch.changed.emit();
    });
  }

  async after(work: () => void): Promise<void> {
    await act(async () => {
      work();
      await settled();
    });
  }

  dispose(): void {
    act(() => {
      this.output.dispose();
    });
  }

  get text(): string {
    return this.output.node.textContent;
  }

  /** What was asked of the kernel. */
  get asked(): Json[] {
    return this.send.mock.calls.map(
      ([message]) => (message as { register: Json }).register
    );
  }

  all<T extends HTMLElement>(selector: string): T[] {
    return [...this.output.node.querySelectorAll<T>(selector)];
  }

  /** A box or a button by its name. */
  named(name: string): HTMLInputElement {
    const boxes = 'button, input, select, textarea';
    const one = this.all<HTMLInputElement>(boxes).find(
      node =>
        node.getAttribute('aria-label') === name ||
        node.textContent === name ||
        node.labels?.[0]?.textContent === name
    );
    if (!one) {
      throw new Error(`nothing is called ${name} in ${this.text}`);
    }
    return one;
  }

  click(name: string): Promise<void> {
    return this.after(() => {
      const node = this.named(name);
      node.focus();
      node.click();
    });
  }

  type(name: string, text: string): Promise<void> {
    return this.after(() => {
      const box = this.named(name);
      box.focus();
      const set = Object.getOwnPropertyDescriptor(
        Object.getPrototypeOf(box) as object,
        'value'
      )?.set;
      set?.call(box, text);
      const kind = box instanceof HTMLSelectElement ? 'change' : 'input';
      box.dispatchEvent(new Event(kind, { bubbles: true }));
    });
  }

  /** @returns Did it get out of the output? */
  async press(
    name: string,
    key: string,
    init: KeyboardEventInit = {}
  ): Promise<boolean> {
    const heard = jest.fn();
    document.body.addEventListener('keydown', heard);
    await this.after(() => {
      const box = this.named(name);
      const event = { key, bubbles: true, cancelable: true, ...init };
      const goesOn = box.dispatchEvent(new KeyboardEvent('keydown', event));
      // jsdom submits no form by itself.
      if (goesOn && key === 'Enter' && box.type === 'text' && !init.ctrlKey) {
        box.form?.requestSubmit();
      }
    });
    document.body.removeEventListener('keydown', heard);
    return heard.mock.calls.length > 0;
  }
}
