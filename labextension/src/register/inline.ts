/** Makes what draws registrations in the outputs of notebooks. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';

import { Api } from '../api';
import { findStore } from '../compare/finder';
import type { IStudy } from '../token';
import type { IRegisterHost } from './host';
import { RegisterOutput } from './output';
import { readRegistering } from './read';

/** @param study - `null`: there is no sidebar, and runs can't be opened in it. */
export function drawsRegistering(
  app: JupyterFrontEnd,
  study: IStudy | null
): (
  data: unknown,
  around: Pick<IRegisterHost, 'kernelId' | 'insert' | 'send' | 'watch'>
) => RegisterOutput | null {
  const api = study?.api ?? new Api(app.serviceManager.serverSettings);
  const host = {
    api,
    registered: (digest: string, kernelId: string | null) => {
      findStore(api, digest, kernelId).then(
        store => study?.events.tell(store),
        () => undefined // what is shown of the store will be read again some time
      );
    },
    open: study?.open ?? null,
    copy: (text: string) => {
      Clipboard.copyToSystem(text);
    }
  };
  return (data, around) => {
    const said = readRegistering(data);
    return said && new RegisterOutput(said, { ...host, ...around });
  };
}
