/** The live card: one cell's training, drawn in place for as long as its output is there. */

import { Announcer } from './announce';
import type { MakeChart } from './chart';
import { Controls } from './controls';
import { element, show, write } from './element';
import { readFrame, readHead, readTemplates } from './frame';
import { Gate } from './gate';
import { Header } from './header';
import { Panels } from './panels';
import { followTheme, readTheme } from './theme';
import type { Connection, IChoices, IFrame, ITemplates } from './types';
import { Values } from './values';

/** What the card needs of the page it is in. */
export interface ICardHost {
  makeChart: MakeChart;
  /** Changed in place by the card. */
  choices: IChoices;
  /** Interrupts the kernel, whatever it is doing. */
  stop: () => Promise<void>;
  /** Shows a run in the sidebar; `null` where there is none. */
  open: ((run: string) => void) | null;
}

/** A frame as it came; read only if it is drawn. */
interface IArrived {
  data: unknown;
  buffer: ArrayBuffer | ArrayBufferView | null;
}

export class LiveCard {
  constructor(private readonly _host: ICardHost) {
    this._controls = new Controls(
      _host.choices,
      () => {
        this._draw();
      },
      _host.stop
    );
    this._header = new Header(_host.open);
    this._panels = new Panels(_host.makeChart);
    this.node = element('section', 'nbtrack-Live');
    this.node.setAttribute('aria-label', 'Live view of the run');
    this.node.append(
      this._header.node,
      this._controls.node,
      this._values.node,
      this._panels.node,
      this._captured,
      this._announcer.node
    );
    this.node.addEventListener('keydown', keep);
    this._gate = new Gate(this.node, arrived => {
      this._read(arrived);
    });
    this._unfollow = followTheme(() => {
      this._theme = readTheme();
      this._draw();
    });
  }

  readonly node: HTMLElement;

  /** The card that is shown; '' before the first snapshot that could be read. */
  get id(): string {
    return this._id;
  }

  /**
   * Show a snapshot. The first one is drawn at once, later ones as frames are.
   *
   * @returns Can it be read?
   */
  show(snapshot: unknown): boolean {
    const head = readHead(snapshot);
    if (!head) {
      return false;
    }
    const templates = readTemplates(snapshot);
    const text = JSON.stringify(templates);
    // The same template as before keeps its charts.
    if (text !== this._templateText) {
      this._templateText = text;
      this._templates = templates;
    }
    if (head.card !== this._id) {
      this._id = head.card;
      this._newest = -1;
      this._frame = null;
    }
    if (this._frame === null) {
      this._newest = head.sequence;
      this._gate.now({ data: snapshot, buffer: null });
    } else {
      this.update(snapshot, null);
    }
    return this._frame !== null;
  }

  /** Show a frame, unless a newer one was there before. */
  update(data: unknown, buffer: ArrayBuffer | ArrayBufferView | null): void {
    const head = readHead(data);
    if (head?.card === this._id && head.sequence > this._newest) {
      this._newest = head.sequence;
      this._gate.put({ data, buffer });
    }
  }

  /** Tell whether more can come. */
  setConnection(connection: Connection): void {
    if (connection !== this._connection) {
      this._connection = connection;
      this._draw();
    }
  }

  dispose(): void {
    this._gate.dispose();
    this._unfollow();
    this._header.dispose();
    this._announcer.dispose();
    this._panels.dispose();
  }

  private _read(arrived: IArrived): void {
    const frame = readFrame(arrived.data, arrived.buffer);
    if (frame) {
      this._frame = frame;
      this._draw();
    }
  }

  private _draw(): void {
    const frame = this._frame;
    if (!frame) {
      return;
    }
    const { choices } = this._host;
    const connection = this._connection;
    this._header.update(frame, connection);
    this._controls.update(frame, connection, this._templates.custom);
    this._announcer.update(frame, connection);
    // Held is what was in sight when the user paused; the choices still work on it.
    const held = choices.paused && frame.status === 'RUNNING';
    this._held = held ? (this._held ?? frame) : null;
    const shown = this._held ?? frame;
    this._values.update(shown);
    this._panels.update({
      frame: shown,
      choices,
      templates: this._templates,
      theme: this._theme
    });
    write(this._captured, frame.captured);
    show(this._captured, frame.captured !== '');
  }

  private readonly _header: Header;
  private readonly _values = new Values();
  private readonly _announcer = new Announcer();
  private readonly _captured = element(
    'p',
    'nbtrack-Live-captured nbtrack-Live-quiet'
  );
  private readonly _controls: Controls;
  private readonly _panels: Panels;
  private readonly _gate: Gate<IArrived>;
  private readonly _unfollow: () => void;
  private _theme = readTheme();
  private _templates: ITemplates = { template: null, custom: false };
  private _templateText = '';
  private _id = '';
  private _newest = -1;
  private _frame: IFrame | null = null;
  private _held: IFrame | null = null;
  private _connection: Connection = 'open';
}

/** Plain keys belong to the card's controls: a notebook would take B or Enter as commands. */
function keep(event: KeyboardEvent): void {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) {
    event.stopPropagation();
  }
}
