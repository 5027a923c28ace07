/** A run's page in a document, for tests that use it as a person does. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import * as React from 'react';

import { Api } from '../api';
import type { IDrawing, MakeChart } from '../live/chart';
import { ChartMaker } from '../run/chart';
import { RunView } from '../run/view';
import { OnPage } from './onpage';
import { RUN, RunServer } from './runserver';

export { settled } from './onpage';

export class RunPage extends OnPage {
  readonly server = new RunServer();
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
  /** Sources of cells in open notebooks, by `<notebook>#<cell id>`. */
  readonly sources = new Map<string, string>();
  rendermime: IRenderMimeRegistry | null = null;
  visible = true;
  /** What charts were asked to draw: jsdom has no canvas. */
  readonly drawings: IDrawing[] = [];

  show(runId = RUN.run_id): Promise<string> {
    return this.render(
      <ChartMaker.Provider value={this._makeChart}>
        <RunView
          api={this._api}
          events={this.server}
          store="workspace"
          runId={runId}
          open={this.open}
          rendermime={this.rendermime}
          insert={this.insert}
          copy={this.copy}
          currentSource={(notebook, cell) =>
            this.sources.get(`${notebook}#${cell}`) ?? null
          }
          visible={this.visible}
        />
      </ChartMaker.Provider>
    );
  }

  private readonly _makeChart: MakeChart = () => ({
    draw: drawing => {
      this.drawings.push(drawing);
    },
    dispose: () => undefined
  });
  private readonly _api = new Api(this.server.settings);
}
