/** What the kernel sends about a cell that trains. The other end is `nbtrack/live` in the kernel. */

/** The mime type of a live card; the only one that nbtrack draws itself. */
export const LIVE_MIME = 'application/vnd.nbtrack.live.v1+json';

/** The comm target by which a page tells the kernel that someone looks. */
export const COMM_TARGET = 'nbtrack';

export type Status = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** JSON has no word for these, so they come as text. */
export type Num = number | 'NaN' | 'Infinity' | '-Infinity';

export interface IProgress {
  done: number;
  /** `null`: nobody knows how many there will be. */
  total: number | null;
  unit: string;
}

export interface IPanel {
  title: string;
  /** What x is, unless the user chose time. */
  x_title: string;
  /** The kernel finds that a logarithmic scale fits. */
  log: boolean;
  /** Shown folded away: the machine's metrics. */
  folded: boolean;
  /** Indices into the series of the frame. */
  series: number[];
}

/** What a series is called and looks like; its points are beside it. */
export interface ISeries {
  metric: string;
  label: string;
  color: string;
  /** The run before this one, behind the present one. */
  faint: boolean;
  /** Shape (points,): step or order of arrival, or number of the run. Sorted. */
  x: Float64Array;
  /** Shape (points,): ms since the epoch, the kernel's clock. */
  time: Float64Array;
  /** Shape (points,): NaN is a gap. */
  y: Float64Array;
}

export interface IValue {
  metric: string;
  label: string;
  last: Num;
  best: Num | null;
  previous: Num | null;
  lower_is_better: boolean | null;
  nonfinite: number;
}

/** A whole picture of a card at one moment, checked and with its points unpacked. */
export interface IFrame {
  card: string;
  sequence: number;
  status: Status;
  /** ms since the epoch, the kernel's clock. */
  started: number;
  now: number;
  detail: 'full' | 'compact';
  title: string;
  /** Id of the run that the title names; empty where it is not known. */
  run: string;
  runs: number;
  progress: IProgress | null;
  panels: IPanel[];
  series: ISeries[];
  values: IValue[];
  more_metrics: number;
  captured: string;
  behind: string | null;
  system: { name: string; text: string }[];
}

/** A Vega-Lite specification: opaque here, and as hostile as any output of a notebook. */
export type Template = Record<string, unknown>;

/** What comes only with a snapshot, not with each frame. */
export interface ITemplates {
  template: Template | null;
  /** The template is a whole chart of the user's, with its data. */
  custom: boolean;
}

/** What the user chose for one card. Changed in place, so that it outlives a redrawn output. */
export interface IChoices {
  scale: 'auto' | 'log' | 'linear';
  /** 0 is off; below 1. */
  smoothing: number;
  axis: 'step' | 'time';
  /** Names of metrics that are not drawn. */
  readonly hidden: Set<string>;
  paused: boolean;
}

/**
 * Is anything still going to come? `cut`: not before the page is connected again; `lost`: the kernel is gone;
 * `ended`: it does something else.
 */
export type Connection = 'open' | 'cut' | 'lost' | 'ended';

/** One row of the template's data. */
export interface IRow {
  x: number;
  /** `null` breaks the line. */
  y: number | null;
  label: string;
  color: string;
  opacity: number;
  /** The label is written here. */
  last: boolean;
  /** Tells the lines apart. */
  series: number;
  /** Where the label is written, if not at y. */
  at?: number;
}

/** The choices of a card that nobody has touched. */
export function newChoices(): IChoices {
  return {
    scale: 'auto',
    smoothing: 0,
    axis: 'step',
    hidden: new Set(),
    paused: false
  };
}
