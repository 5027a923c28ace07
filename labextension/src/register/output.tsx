/** A registration in the output of a cell. */

import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { keep } from '../keep';
import type { IRegistering } from '../registering';
import { Registration } from './content';
import type { IRegisterHost, IWatch } from './host';
import { RegisterModel } from './model';
import { readRegistering } from './read';

export class RegisterOutput extends ReactWidget {
  constructor(
    said: IRegistering,
    private readonly _host: IRegisterHost
  ) {
    super();
    this.addClass('nbtrack-Register');
    this._watch = _host.watch();
    this._model = new RegisterModel(said, this._watch.reach, _host.send);
    this._watch.changed.connect(() => {
      this._model.setReach(this._watch.reach);
    });
    // What is pressed in here is for the form, not for the notebook around it.
    this.node.addEventListener('keydown', keep);
  }

  /** Show what the kernel says now, where what was typed stays. @returns Is it of this registration? */
  receive(data: unknown): boolean {
    const said = readRegistering(data);
    if (said?.key !== this._model.snapshot.said.key) {
      return false;
    }
    const { state } = this._model.snapshot.said;
    this._model.receive(said);
    if (said.state === 'done' && state !== 'done') {
      this._host.registered(said.store, this._host.kernelId());
    }
    return true;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._watch.dispose();
      this._model.dispose();
      super.dispose();
    }
  }

  protected override render(): React.JSX.Element {
    return <Registration model={this._model} host={this._host} />;
  }

  private readonly _model: RegisterModel;
  private readonly _watch: IWatch;
}
