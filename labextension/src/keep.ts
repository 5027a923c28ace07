/** Keeps what is pressed in an output of ours from the notebook around it. */

/** Keys that a notebook's command mode would take: letters delete and move cells. */
export function keep(event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (
    target !== event.currentTarget &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    event.key !== 'Escape' &&
    event.key !== 'Tab'
  ) {
    event.stopPropagation();
  }
}
