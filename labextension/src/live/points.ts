/** Unpacks the points: Float32 triples (x, t, y), little endian, one series after the other. */

const TRIPLE = 12; // bytes
/** Far more than a kernel sends: a card of a hostile notebook must not eat the page's memory. */
export const MOST_POINTS = 20_000;

/** How the points of one series are packed. */
export interface IPacking {
  points: number;
  offset: number;
  scale: number;
  /** ms since the epoch. */
  time0: number;
  step0: number;
}

export interface IUnpacked {
  x: Float64Array;
  time: Float64Array;
  y: Float64Array;
}

/**
 * Return the points of each series.
 *
 * @param buffer - The points of all series.
 * @param packings - One for each series, in the order of the buffer.
 * @returns `null` if the buffer does not hold what the packings say.
 */
export function unpack(
  buffer: ArrayBuffer | ArrayBufferView,
  packings: readonly IPacking[]
): IUnpacked[] | null {
  const total = packings.reduce((sum, one) => sum + one.points, 0);
  if (total > MOST_POINTS || buffer.byteLength !== total * TRIPLE) {
    return null;
  }
  // A DataView, since a buffer out of a message may start anywhere and a Float32Array may not.
  const view = ArrayBuffer.isView(buffer)
    ? new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new DataView(buffer);
  let at = 0;
  return packings.map(one => {
    const x = new Float64Array(one.points);
    const time = new Float64Array(one.points);
    const y = new Float64Array(one.points);
    for (let i = 0; i < one.points; i++, at += TRIPLE) {
      x[i] = one.step0 + view.getFloat32(at, true);
      time[i] = one.time0 + 1000 * view.getFloat32(at + 4, true);
      y[i] = one.offset + one.scale * view.getFloat32(at + 8, true);
    }
    return { x, time, y };
  });
}

/**
 * Return the bytes of base64 text, or `null` if it is none.
 *
 * @param base64 - At most as much as `MOST_POINTS` take.
 */
export function fromBase64(base64: unknown): Uint8Array | null {
  if (
    typeof base64 !== 'string' ||
    base64.length > (MOST_POINTS * TRIPLE * 4) / 3 + 4
  ) {
    return null;
  }
  try {
    return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  } catch {
    return null; // not base64
  }
}
