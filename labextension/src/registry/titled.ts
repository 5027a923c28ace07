/** Versions in words. */

import type { IModelVersion } from '../models';

/** «version 7 (run brave-fox)», as far as it is known. */
export function titled(
  version: string,
  versions: readonly IModelVersion[] | null
): string {
  const run = versions?.find(one => one.version === version);
  const name = run?.run_name ?? run?.run_id?.slice(0, 8);
  return name ? `version ${version} (run ${name})` : `version ${version}`;
}
