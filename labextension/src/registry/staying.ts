/** The keyboard stays in the page when the line that it was on is gone. */

/** Frames of the browser in which React takes a line away. */
const FRAMES = 60;

/** @param node - Something of that line. */
export async function staying(
  node: HTMLElement | null,
  work: () => Promise<void>
): Promise<void> {
  const places = ['ol, ul', 'article'].map(one =>
    node?.closest<HTMLElement>(one)
  );
  await work();
  const look = (left: number): void => {
    if (node?.isConnected && left > 0) {
      requestAnimationFrame(() => {
        look(left - 1);
      });
    } else if (document.activeElement === document.body) {
      places.find(place => place?.isConnected)?.focus();
    }
  };
  look(FRAMES);
}
