/** nbtrack's own artifacts of a run: those that `nbtrack/kernel/capture.py` writes. */

export const FOLDER = 'nbtrack';

/** The source of the cell that made the run. */
export const CELL = `${FOLDER}/cell.py`;

export const OTHERS = [
  [`${FOLDER}/executed_cells.py`, 'Cells executed before it'],
  [`${FOLDER}/packages.txt`, 'Packages'],
  [`${FOLDER}/git.diff`, 'Changes that were not committed']
] as const;
