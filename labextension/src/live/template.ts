/** Fits the kernel's chart template to the page: axis, scale, size, colours. */

import { type Bag, isBag } from './check';
import type { Scale } from './labels';
import type { ITheme } from './theme';
import type { Template } from './types';

export const HEIGHT = 140; // px
export const NARROWEST = 120; // px

/** Vega makes ticks at halves, whatever their least step is, where there are two or three steps only. */
const WHOLE =
  "datum.value % 1 ? '' : length(datum.label) > 5 ? format(datum.value, '~s') : format(datum.value, ',d')";

/** What a compiled chart depends on, beside the template. */
export interface ILook {
  scale: Scale;
  x: string;
  /** x counts something; it is no time. */
  whole: boolean;
  theme: ITheme;
}

/**
 * Return the template with a look of its own.
 *
 * @param template - One panel: a single or a layered Vega-Lite v5 specification.
 * @param look - What to put in.
 */
export function fit(template: Template, look: ILook): Template {
  return {
    ...patch(template, look),
    width: NARROWEST,
    height: HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    background: null,
    config: merge(template['config'], themed(look.theme))
  };
}

/** Return the user's own chart in the page's colours; where it says a colour, that stands. */
export function dress(template: Template, theme: ITheme): Template {
  return { ...template, config: merge(themed(theme), template['config']) };
}

function patch(part: Bag, look: ILook): Bag {
  const encoding = part['encoding'];
  if (!isBag(encoding)) {
    return part;
  }
  const { x, y } = encoding;
  return {
    ...part,
    encoding: {
      ...encoding,
      ...(isBag(x) && { x: { ...x, title: look.x, axis: axis(x, look) } }),
      ...(isBag(y) && {
        y: { ...y, scale: merge(y['scale'], { type: look.scale }) }
      })
    }
  };
}

/** The template's axis counts steps; between two of them there is nothing, between two seconds there is. */
function axis(x: Bag, look: ILook): Bag {
  const made = merge(x['axis'], null);
  if (look.whole) {
    made['labelExpr'] = WHOLE;
  } else {
    delete made['tickMinStep'];
  }
  return made;
}

function themed(theme: ITheme): Bag {
  return {
    background: null,
    font: theme.font,
    view: { stroke: null },
    axis: {
      labelColor: theme.quiet,
      titleColor: theme.quiet,
      titleFontWeight: 'normal',
      gridColor: theme.line,
      gridOpacity: 0.5,
      domainColor: theme.line,
      tickColor: theme.line
    },
    text: { color: theme.text },
    legend: { labelColor: theme.text, titleColor: theme.quiet },
    title: { color: theme.text, subtitleColor: theme.quiet }
  };
}

/** Objects are merged, anything else of `over` stands instead of `under`. */
function merge(under: unknown, over: unknown): Bag {
  const made: Bag = isBag(under) ? { ...under } : {};
  for (const [key, value] of Object.entries(isBag(over) ? over : {})) {
    made[key] = isBag(value) ? merge(made[key], value) : value;
  }
  return made;
}
