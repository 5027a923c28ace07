/** The colours of the page, for charts: a canvas can't use CSS variables. */

export interface ITheme {
  text: string;
  quiet: string;
  line: string;
  font: string;
}

/** Read the theme in use, with fall-backs for a page that is not JupyterLab's. */
export function readTheme(): ITheme {
  const style = getComputedStyle(document.body);
  const read = (name: string, otherwise: string): string =>
    style.getPropertyValue(name).trim() || otherwise;
  return {
    text: read('--jp-ui-font-color1', '#616161'),
    quiet: read('--jp-ui-font-color2', '#757575'),
    line: read('--jp-border-color2', '#bdbdbd'),
    font: read('--jp-ui-font-family', 'sans-serif')
  };
}

/**
 * Call back when the theme may have changed.
 *
 * @returns Ends it.
 */
export function followTheme(changed: () => void): () => void {
  // JupyterLab names its theme on the body, after the theme's style sheet has come.
  const watch = new MutationObserver(changed);
  watch.observe(document.body, {
    attributes: true,
    attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light', 'class']
  });
  return () => {
    watch.disconnect();
  };
}
