/** Markdown out of a store: rendered by Lab, and left with what marks up text. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

const MARKDOWN = 'text/markdown';

// No image, media, form, style, class or id: a note must neither call home nor dress up as a part of Lab.
const ALLOWED = {
  allowedTags: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote'],
    ...['em', 'strong', 'b', 'i', 'del', 's', 'u', 'sub', 'sup', 'kbd'],
    ...['code', 'pre', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'a'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'details', 'summary']
  ],
  allowedAttributes: {
    a: ['href', 'title'],
    th: ['align'],
    td: ['align'],
    ol: ['start'],
    details: ['open']
  },
  allowedClasses: {},
  allowedStyles: {},
  allowedSchemes: ['http', 'https', 'mailto']
};

export function Markdown(props: {
  rendermime: IRenderMimeRegistry | null;
  text: string;
}): React.JSX.Element {
  const { rendermime, text } = props;
  const host = React.useRef<HTMLDivElement>(null);
  // A widget must go before its place does, which is too late for an effect of the other kind.
  React.useLayoutEffect(() => {
    const node = host.current;
    if (!rendermime || !node) {
      return;
    }
    const renderer = plain(rendermime).createRenderer(MARKDOWN);
    const model = rendermime.createModel({
      data: { [MARKDOWN]: text },
      trusted: false
    });
    let wanted = true;
    renderer.renderModel(model).then(
      () => {
        if (wanted) {
          harden(renderer.node);
          Widget.attach(renderer, node);
        }
      },
      (reason: unknown) => {
        console.warn('nbtrack: Markdown could not be rendered:', reason);
        if (wanted) {
          node.textContent = text;
        }
      }
    );
    return () => {
      wanted = false;
      renderer.dispose();
      node.textContent = '';
    };
  }, [rendermime, text]);
  return rendermime ? (
    <div ref={host} className="nbtrack-Run-markdown" />
  ) : (
    <pre className="nbtrack-Code">{text}</pre>
  );
}

/** A registry like this one that lets less through. */
function plain(rendermime: IRenderMimeRegistry): IRenderMimeRegistry {
  const { sanitizer } = rendermime;
  const strict: IRenderMime.ISanitizer = {
    sanitize: dirty => sanitizer.sanitize(dirty, ALLOWED),
    getAutolink: () => false,
    allowNamedProperties: false
  };
  return rendermime.clone({ sanitizer: strict });
}

/** A link never takes Lab's page away, and nothing in it is a command. */
function harden(node: HTMLElement): void {
  for (const anchor of node.querySelectorAll('a')) {
    if (anchor.classList.contains('jp-InternalAnchorLink')) {
      anchor.remove(); // Lab's own, to a place in a document; no class of the text's own is left
      continue;
    }
    const href = anchor.getAttribute('href') ?? '';
    if (/^(https?:|mailto:)/i.test(href)) {
      anchor.target = '_blank';
      anchor.rel = 'noopener noreferrer';
    } else {
      // An address relative to what? To this page it would be a wrong one.
      anchor.removeAttribute('href');
    }
  }
}
