/** Snapshots and frames as a kernel makes them. */

export const CARD = 'nbtrack-0b7e0f53-92a5-4a3c-8f0e-6b4a0a6d3c11-1';

/** The points of one series: x, seconds since the start, y. */
export type Triple = [number, number, number];

export function pack(points: readonly Triple[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(12 * points.length));
  points.flat().forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return view.buffer;
}

export function base64(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

export const TRAIN: Triple[] = [
  [0, 0, 1],
  [1, 1, NaN],
  [2, 2, 0.5]
];
export const VAL: Triple[] = [[0, 0, 2]];

export const TEMPLATE = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: { name: 'points' },
  encoding: {
    x: { field: 'x', type: 'quantitative', axis: { tickMinStep: 1 } },
    y: { field: 'y', type: 'quantitative', scale: { zero: false } }
  },
  layer: [
    {
      mark: 'line',
      encoding: { detail: { field: 'series', type: 'nominal' } }
    },
    {
      transform: [{ filter: 'datum.last' }],
      mark: 'text',
      encoding: { text: { field: 'label', type: 'nominal' } }
    }
  ]
};

/** A frame's JSON; `parts` replace some of it. */
export function frame(
  parts: Record<string, unknown> = {}
): Record<string, unknown> {
  const series = { faint: false, offset: 0, scale: 1, time0: 1e12, step0: 0 };
  return {
    version: 1,
    card: CARD,
    cell_id: 'cell-1',
    sequence: 1,
    status: 'RUNNING',
    started: 1e12,
    now: 1e12 + 65_000,
    detail: 'full',
    title: 'amused-owl-12',
    run_id: 'r',
    experiment_id: '1',
    runs: 1,
    progress: { done: 3, total: 10, unit: 'epochs' },
    panels: [
      { title: 'loss', log: false, folded: false, series: [0, 1] },
      { title: 'CPU', log: false, folded: true, series: [0] }
    ],
    series: [
      {
        ...series,
        metric: 'loss',
        label: 'train',
        color: '#0072b2',
        points: 3
      },
      {
        ...series,
        metric: 'val_loss',
        label: 'val',
        color: '#d55e00',
        points: 1
      }
    ],
    values: [
      {
        metric: 'loss',
        label: 'train',
        last: 0.5,
        best: 0.5,
        previous: 0.75,
        lower_is_better: true,
        nonfinite: 1
      }
    ],
    more_metrics: 2,
    captured: '12 parameters',
    behind: null,
    system: [{ name: 'CPU', text: '93 %' }],
    ...parts
  };
}

export const POINTS = pack([...TRAIN, ...VAL]);

export function snapshot(
  parts: Record<string, unknown> = {}
): Record<string, unknown> {
  return { ...frame(parts), template: TEMPLATE, buffer: base64(POINTS) };
}
