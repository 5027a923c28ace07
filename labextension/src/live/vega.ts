/** Loads Vega when the first chart is drawn, and keeps it from the network and from `eval`. */

import type { Changeset, Loader, Runtime, Spec, View } from 'vega';
import type { TopLevelSpec } from 'vega-lite';

import type { Template } from './types';

/** The parts of Vega that draw charts. */
export interface IVega {
  /** Compile Vega-Lite, and parse what comes out. */
  compile(template: Template): Runtime;
  /** Make a view that draws into this element. */
  view(runtime: Runtime, node: HTMLElement): View;
  /** Return an empty set of changes. */
  changes(): Changeset;
}

/** Vega keeps marks that are gone until there are so many of them: 10,000 in each place, if not told. */
const FORGOTTEN = 200;

let loading: Promise<IVega> | null = null;

/** Load Vega, once for the page. The copy is shared with JupyterLab's own; Notebook 7 shares none. */
export function loadVega(): Promise<IVega> {
  loading ??= load().catch((reason: unknown) => {
    loading = null; // the next chart tries again
    throw reason;
  });
  return loading;
}

async function load(): Promise<IVega> {
  const [vega, lite, interpreter] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter')
  ]);
  return {
    compile: template => {
      const spec: unknown = lite.compile(template as unknown as TopLevelSpec, {
        logger: vega.logger(vega.Error)
      }).spec;
      // Expressions stay trees, which the interpreter walks: no code is made of what a notebook says.
      return vega.parse(spec as Spec, undefined, { ast: true });
    },
    view: (runtime, node) =>
      Object.assign(
        new vega.View(runtime, {
          container: node,
          renderer: 'canvas',
          hover: false,
          loader: refusing(),
          logLevel: vega.Error,
          expr: interpreter.expressionInterpreter
        }),
        { cleanThreshold: FORGOTTEN }
      ),
    changes: vega.changeset
  };
}

/** A loader that loads nothing: a chart's data come with it, and a notebook must not phone home. */
export function refusing(): Loader {
  const refuse = (): Promise<never> =>
    Promise.reject(new Error('nbtrack: charts load nothing.'));
  return { load: refuse, sanitize: refuse, http: refuse, file: refuse };
}
