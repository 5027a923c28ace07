/** Makes elements. Text goes in as text only: names of runs and metrics may be anything. */

/** Return a new element. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  text = ''
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}

/** Return a button that is no submit button. */
export function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', 'nbtrack-Live-button', text);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

/** Write text where it differs, since even the same text makes the browser lay out again. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Show or hide. */
export function show(node: HTMLElement, shown: boolean): void {
  if (node.hidden === shown) {
    node.hidden = !shown;
  }
}
