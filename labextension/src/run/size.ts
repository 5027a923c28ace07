/** Sizes of files as people read them. */

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** «512 B», «4.2 KB», «17 MB». */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit > 0 && size < 10 ? 1 : 0;
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
