/** The routes of the server extension, as functions. */

import type { ServerConnection } from '@jupyterlab/services';

import { get } from './request';
import type { ISettings } from './types';

/**
 * Which store and experiment are in use.
 *
 * @param server - The Jupyter server to ask.
 * @param kernelId - The kernel asked about; `null` asks for the default.
 */
export async function getSettings(
  server: ServerConnection.ISettings,
  kernelId: string | null
): Promise<ISettings> {
  return (await get(server, 'settings', { kernel_id: kernelId })) as ISettings;
}
