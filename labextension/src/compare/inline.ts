/** Makes what draws compared runs in the outputs of notebooks. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';

import { Api } from '../api';
import { StoreEvents } from '../events';
import type { IStudy } from '../token';
import { ComparedOutput, type IOutputHost } from './output';
import { readSaved } from './saved';

/** @param study - `null`: there is no sidebar, and runs can't be opened in it. */
export function drawsCompared(
  app: JupyterFrontEnd,
  study: IStudy | null
): (
  data: unknown,
  around: Pick<IOutputHost, 'kernelId' | 'insert' | 'select'>
) => Widget | null {
  const { serverSettings, events } = app.serviceManager;
  const host = {
    api: study?.api ?? new Api(serverSettings),
    events: study?.events ?? new StoreEvents(events.stream),
    open: study?.open ?? null,
    copy: (text: string) => {
      Clipboard.copyToSystem(text);
    }
  };
  return (data, around) => {
    const saved = readSaved(data);
    return saved && new ComparedOutput(saved, { ...host, ...around });
  };
}
