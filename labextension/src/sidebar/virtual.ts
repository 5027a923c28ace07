/** Which lines of a long list are drawn: those in view and a few around. All are of one height. */

import * as React from 'react';

/** Lines drawn above and below what is in view. */
const AROUND = 15;

/** The window moves in steps of so many lines, so that not every pixel draws anew. */
const STEP = 5;

/** Where nothing is laid out yet, or ever, as in a test. */
const HEIGHT = 24;
const VIEW = 600;

export interface IWindow {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
  /** Pixels of one line. */
  readonly height: number;
}

/**
 * @param scroller - What scrolls.
 * @param probe - Something of a line's height: its text grows with the user's font size.
 * @param count - Lines.
 * @param before - Other lines above these, which scroll with them.
 */
export function useWindow(
  scroller: React.RefObject<HTMLElement>,
  probe: React.RefObject<HTMLElement>,
  count: number,
  before: number
): IWindow {
  const [height, setHeight] = React.useState(HEIGHT);
  const [range, setRange] = React.useState({ first: 0, end: 50 });
  React.useLayoutEffect(() => {
    const node = scroller.current;
    if (!node) {
      return;
    }
    let line = HEIGHT;
    const look = () => {
      const top = Math.max(0, node.scrollTop - before * line);
      const first = Math.max(0, Math.floor(top / line) - AROUND);
      const end =
        Math.ceil((top + (node.clientHeight || VIEW)) / line) + AROUND;
      const next = {
        first: Math.floor(first / STEP) * STEP,
        end: Math.ceil(end / STEP) * STEP
      };
      setRange(old =>
        old.first === next.first && old.end === next.end ? old : next
      );
    };
    const measure = () => {
      const box = probe.current?.getBoundingClientRect();
      line = Math.round(box?.height ?? 0) || HEIGHT;
      setHeight(line);
      look();
    };
    measure();
    node.addEventListener('scroll', look, { passive: true });
    const sizes =
      typeof ResizeObserver === 'undefined'
        ? null
        : new ResizeObserver(measure);
    sizes?.observe(node);
    if (probe.current) {
      sizes?.observe(probe.current);
    }
    return () => {
      node.removeEventListener('scroll', look);
      sizes?.disconnect();
    };
  }, [scroller, probe, before]);
  return {
    first: Math.min(range.first, Math.max(0, count - 1)),
    end: Math.min(range.end, count),
    height
  };
}

/** Scroll so that a line is in view, and as little as possible. `before` is of what sticks on top. */
export function reveal(
  node: HTMLElement,
  top: number,
  height: number,
  before: number
): void {
  if (top < node.scrollTop + before) {
    node.scrollTop = top - before;
  } else if (top + height > node.scrollTop + node.clientHeight) {
    node.scrollTop = top + height - node.clientHeight;
  }
}

export function shift(node: HTMLElement, by: number): void {
  node.scrollTop += by;
}
