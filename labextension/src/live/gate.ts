/** Lets through the newest of what arrives, when it can be seen. */

/** Holds one item: a newer one takes its place, and it is drawn when the page is ready. */
export class Gate<T> {
  /**
   * @param node - What must be on the screen.
   * @param draw - Draws one item.
   */
  constructor(
    node: Element,
    private readonly _draw: (item: T) => void
  ) {
    document.addEventListener('visibilitychange', this._wake);
    // Not everywhere, and without it everything counts as seen.
    if (typeof IntersectionObserver !== 'undefined') {
      this._watch = new IntersectionObserver(entries => {
        this._onScreen = entries.at(-1)?.isIntersecting ?? true;
        this._wake();
      });
      this._watch.observe(node);
    }
  }

  /** Draw this, unless something newer comes before it can be seen. */
  put(item: T): void {
    this._waiting = { item };
    this._wake();
  }

  /** Draw at once, seen or not, and forget what waited. */
  now(item: T): void {
    this._waiting = null;
    this._draw(item);
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this._wake);
    this._watch?.disconnect();
    cancelAnimationFrame(this._request);
    this._waiting = null;
  }

  private readonly _wake = (): void => {
    if (this._waiting && !this._request && this._onScreen && !document.hidden) {
      this._request = requestAnimationFrame(() => {
        this._request = 0;
        const waiting = this._waiting;
        this._waiting = null;
        if (waiting) {
          this._draw(waiting.item);
        }
      });
    }
  };

  private readonly _watch: IntersectionObserver | undefined;
  private _waiting: { item: T } | null = null;
  private _onScreen = true;
  private _request = 0;
}
