/** Fits a chart's definition to what is drawn. What a store says becomes data and titles, never a field or expression. */

import { type Bag, isBag } from '../live/check';
import { dress, NARROWEST } from '../live/template';
import type { ITheme } from '../live/theme';
import type { Template } from '../live/types';

/** One channel; what is left out stays. */
export interface IChannel {
  title?: string | null;
  type?: 'quantitative' | 'nominal';
  legend?: null;
  /** Over what the definition says. */
  scale?: Bag | undefined;
  /** In place of a field. */
  value?: string;
}

/** Vega takes a text with the name of what every object has for a signal of its. */
const OF_OBJECTS = new Set(Object.getOwnPropertyNames(Object.prototype));

/** A text as a title of Vega's may have it. */
export function literal(text: string): string {
  return OF_OBJECTS.has(text) ? `${text} ` : text;
}

/**
 * Return the definition with other channels, at a page's width and in its colours.
 *
 * @param channels - By name: `x`, `y`, `color`.
 */
export function encoded(
  template: Template,
  channels: Readonly<Record<string, IChannel>>,
  theme: ITheme,
  height: number
): Template {
  return {
    ...dress(patched(template, channels), theme),
    width: NARROWEST,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    background: null
  };
}

function patched(part: Bag, channels: Readonly<Record<string, IChannel>>): Bag {
  const made: Bag = { ...part };
  const encoding = part['encoding'];
  if (isBag(encoding)) {
    const changed: Bag = { ...encoding };
    for (const [name, channel] of Object.entries(channels)) {
      const known = encoding[name];
      if (isBag(known) && 'field' in known) {
        changed[name] = fitted(known, channel);
      }
    }
    made['encoding'] = changed;
  }
  for (const parts of ['layer', 'hconcat', 'vconcat']) {
    const layers = part[parts];
    if (Array.isArray(layers)) {
      made[parts] = layers.map((layer: unknown) =>
        isBag(layer) ? patched(layer, channels) : layer
      );
    }
  }
  return made;
}

function fitted(known: Bag, { value, title, scale, ...rest }: IChannel): Bag {
  if (value !== undefined) {
    return { value };
  }
  return {
    ...known,
    ...rest,
    ...(scale && {
      scale: { ...(isBag(known['scale']) ? known['scale'] : {}), ...scale }
    }),
    ...(title !== undefined && {
      title: title === null ? null : literal(title)
    })
  };
}
