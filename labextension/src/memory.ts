/** Answers that the page has, by address: the server sends an unchanged one as 304. */

export interface IKept {
  etag: string;
  value: unknown;
  /** Characters of the answer. */
  size: number;
}

/** Forgets what was used longest ago once it holds too much. */
export class Memory {
  /**
   * @param _most - Answers.
   * @param _room - Characters of all answers together.
   */
  constructor(
    private readonly _most = 100,
    private readonly _room = 16_000_000
  ) {}

  find(url: string): IKept | undefined {
    const kept = this._kept.get(url);
    if (kept) {
      // A Map keeps its order of insertion: to the end with what is in use.
      this._kept.delete(url);
      this._kept.set(url, kept);
    }
    return kept;
  }

  keep(url: string, answer: IKept): void {
    this._size += answer.size - (this._kept.get(url)?.size ?? 0);
    this._kept.delete(url);
    this._kept.set(url, answer);
    for (const [oldest, { size }] of this._kept) {
      if (this._kept.size <= this._most && this._size <= this._room) {
        break;
      }
      this._kept.delete(oldest);
      this._size -= size;
    }
  }

  private readonly _kept = new Map<string, IKept>();
  private _size = 0;
}
