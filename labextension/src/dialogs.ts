/** JupyterLab's dialogs, for the questions of the sidebar. */

import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';

import type { IAsk } from './sidebar/host';

export const dialogs: IAsk = {
  text: async (title, label, value) => {
    const { button, value: given } = await InputDialog.getText({
      title,
      label,
      text: value
    });
    return button.accept ? given : null;
  },
  confirm: async (title, body, verb) => {
    const { button } = await showDialog({
      title,
      // A string becomes a text node: names out of a store are safe here.
      body,
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: verb, ariaLabel: verb })
      ],
      defaultButton: 0
    });
    return button.accept;
  }
};
