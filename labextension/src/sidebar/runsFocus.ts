/** The focus on the list of runs outlives what it was on: lines and heads go whenever other ones come. */

import * as React from 'react';

/** What had the focus. */
export interface ILost {
  /** Id of the line's run; empty: it was no line. */
  readonly run: string;
  /** The line's place among all, from 0. */
  readonly index: number;
}

export class KeptFocus {
  /** Call it just before something goes: if it has the focus, that is remembered. */
  leave(node: HTMLElement | null, run: string): void {
    if (node?.contains(document.activeElement)) {
      const index = Number(node.getAttribute('aria-rowindex')) - 2;
      this._lost = { run, index: Math.max(0, index) };
    }
  }

  /**
   * What has lost the focus since; `null`: nothing, or the user is elsewhere by now.
   *
   * @param place - What stands in for it.
   */
  lost(place: HTMLElement): ILost | null {
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement !== place) {
      this._lost = null;
    }
    return this._lost;
  }

  /** It is given back, or never will be. */
  forget(): void {
    this._lost = null;
  }

  private _lost: ILost | null = null;
}

/** Remember the focus when this part of the list goes while it has it. */
export function useKept(
  kept: KeptFocus,
  part: React.RefObject<HTMLElement>,
  run = ''
): void {
  React.useLayoutEffect(() => {
    const node = part.current;
    // Before the page loses the node: an effect's end would come too late, and so does any event.
    return () => {
      kept.leave(node, run);
    };
  }, [kept, part, run]);
}
