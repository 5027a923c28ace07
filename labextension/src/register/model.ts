/** A registration as one page sees it: what the kernel said last, what was typed, what was asked. */

import type { JSONObject } from '@lumino/coreutils';

import type { IRegistering, IValues, RegisterAction } from '../registering';
import { Observed } from '../state/observed';

/** How long the kernel may be silent before the page says so, in ms. */
export const SILENCE = 10_000;

/** Can the kernel that made the form be reached? */
export type Reach = 'there' | 'none' | 'other';

export interface IRegisterPage {
  said: IRegistering;
  values: IValues;
  /** Asked, and not answered yet. */
  asked: RegisterAction | null;
  /** Not answered for long. */
  silent: boolean;
  reach: Reach;
}

export class RegisterModel extends Observed<IRegisterPage> {
  constructor(
    said: IRegistering,
    reach: Reach,
    private readonly _send: (message: JSONObject) => void
  ) {
    super({
      said,
      values: said.form?.values ?? NOTHING,
      asked: null,
      silent: false,
      reach
    });
  }

  /** This page has asked for something: what comes of it is for whoever sits here. */
  get involved(): boolean {
    return this._involved;
  }

  /** Take what the kernel says now. What was typed here stays. */
  receive(said: IRegistering): void {
    clearTimeout(this._timer);
    const form = said.form;
    this.update({
      said,
      asked: null,
      silent: false,
      ...(!this._typed && form && { values: form.values })
    });
  }

  setReach(reach: Reach): void {
    if (reach !== this.snapshot.reach) {
      if (reach !== 'there') {
        clearTimeout(this._timer);
        this.update({ asked: null, silent: false });
      }
      this.update({ reach });
    }
  }

  type(part: Partial<IValues>): void {
    this._typed = true;
    this.update({ values: { ...this.snapshot.values, ...part } });
  }

  /** Ask the kernel; a second time before it has answered does nothing. */
  ask(action: RegisterAction): void {
    const { asked, reach, said, values } = this.snapshot;
    if (asked !== null || reach !== 'there') {
      return;
    }
    this._involved = true;
    this.update({ asked: action, silent: false });
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this.update({ asked: null, silent: true });
    }, SILENCE);
    this._send({
      register: {
        key: said.key,
        action,
        values: action === 'register' ? sent(values) : null
      }
    });
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  private _involved = false;
  private _typed = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

const NOTHING: IValues = {
  name: '',
  model: null,
  aliases: [],
  tags: [],
  description: ''
};

/** What is sent of what was typed: lines that were left empty are none. */
function sent(values: IValues): JSONObject {
  return {
    name: values.name.trim(),
    model: values.model,
    aliases: [...new Set(values.aliases)],
    tags: values.tags
      .map(({ key, value }) => ({ key: key.trim(), value }))
      .filter(({ key }) => key !== ''),
    description: values.description.trim()
  };
}
