/** A comparison in a document, for tests that use it as a person does. */

import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { Api } from '../api';
import { Comparison } from '../compare/content';
import { CompareModel } from '../compare/model';
import {
  type IPlot,
  type IPlotDrawing,
  type IPlotEvents,
  PlotMaker
} from '../compare/plot';
import type { CompareServer } from './compareserver';
import { settled } from './runpage';

export class Screen {
  constructor(readonly server: CompareServer) {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    document.body.append(this.host);
    this._root = createRoot(this.host);
    this.api = new Api(server.settings);
  }

  readonly api: Api;
  readonly host = document.createElement('div');
  /** What charts were asked to draw: jsdom has no canvas. */
  readonly plots: { drawing: IPlotDrawing; events: IPlotEvents }[] = [];
  readonly copy = jest.fn<undefined, [string]>();
  readonly insert = jest.fn<undefined, [string]>();
  readonly open = {
    run: jest.fn(),
    compare: jest.fn(),
    adds: () => null,
    experiment: jest.fn(),
    model: jest.fn(),
    cell: jest.fn(() => Promise.resolve())
  };
  model!: CompareModel;
  private readonly _root: Root;

  async show(ids: readonly string[], ...sections: string[]): Promise<void> {
    this.model = new CompareModel(this.api, 'workspace', ids, {
      ...(sections.length && { open: new Set(sections) })
    });
    await act(async () => {
      this._root.render(
        <PlotMaker.Provider value={this.make}>
          <Comparison model={this.model} host={this} />
        </PlotMaker.Provider>
      );
      await this.model.refresh(true);
      await settled();
    });
  }

  readonly make = (_: HTMLElement, events: IPlotEvents): IPlot => ({
    draw: drawing => {
      this.plots.push({ drawing, events });
      events.onDrawn?.();
    },
    unbrush: () => undefined,
    placeOf: x => 10 * x,
    at: pixels => pixels / 10,
    image: () => Promise.resolve('<svg/>'),
    dispose: () => undefined
  });

  dispose(): void {
    act(() => {
      this._root.unmount();
    });
    this.model.dispose();
    this.host.remove();
  }

  get text(): string {
    return this.host.textContent;
  }

  /** The last drawing that has these data. */
  drawn(name: string): IPlotDrawing['data'][string] {
    const found = this.plots.filter(({ drawing }) => name in drawing.data);
    return found.at(-1)?.drawing.data[name] ?? [];
  }

  async after(work: () => void): Promise<void> {
    await act(async () => {
      work();
      await settled();
    });
  }

  all(selector: string): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>(selector)];
  }

  find(selector: string): HTMLElement {
    const [found] = this.all(selector);
    if (!found) {
      throw new Error(`no ${selector} in ${this.host.innerHTML}`);
    }
    return found;
  }

  /** A button, link or box by its name. */
  named(name: string): HTMLElement {
    const found = this.all('button, summary, input, select').find(
      one =>
        one.getAttribute('aria-label') === name ||
        one.textContent === name ||
        (one as HTMLInputElement).labels?.[0]?.textContent
          .trim()
          .startsWith(name)
    );
    if (!found) {
      throw new Error(`nothing is called ${name}`);
    }
    return found;
  }

  click(name: string): Promise<void> {
    return this.after(() => {
      this.named(name).click();
    });
  }

  choose(name: string, value: string): Promise<void> {
    return this.after(() => {
      const select = this.named(name) as HTMLSelectElement;
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }

  press(target: HTMLElement, key: string): Promise<void> {
    return this.after(() => {
      const event = { key, bubbles: true, cancelable: true };
      target.dispatchEvent(new KeyboardEvent('keydown', event));
    });
  }

  /** The rows of what differs, as texts. */
  rows(): string[][] {
    return this.all('tr[data-differs]').map(row =>
      [...row.children].map(cell => cell.textContent)
    );
  }
}
