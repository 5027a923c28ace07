/** Letters that are typed on a list jump to the line that begins with them. */

/** After so long a pause another word begins. */
const PAUSE_MS = 700;

export class TypeAhead {
  /**
   * Take a letter.
   *
   * @param at - Index of the line in question.
   * @returns Index of the line to go to; `at` where none begins so.
   */
  find(letter: string, labels: readonly string[], at: number): number {
    const now = Date.now();
    this._typed = now - this._last > PAUSE_MS ? letter : this._typed + letter;
    this._last = now;
    // One letter goes on to the next line; a longer word may be this one's.
    const start = this._typed.length === 1 ? at + 1 : at;
    const wanted = this._typed.toLowerCase();
    const order = labels.map((_, index) => (start + index) % labels.length);
    return (
      order.find(index => labels[index]?.toLowerCase().startsWith(wanted)) ?? at
    );
  }

  private _typed = '';
  private _last = 0;
}
