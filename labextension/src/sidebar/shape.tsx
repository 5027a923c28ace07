/** JupyterLab's icons for long lists: `LabIcon.react` parses its SVG each time that one is drawn. */

import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

interface IShape {
  viewBox: string;
  paths: string[];
}

const SHAPES = new Map<LabIcon, IShape>();

export function Shape(props: { icon: LabIcon }): React.JSX.Element {
  const { viewBox, paths } = shapeOf(props.icon);
  return (
    <svg
      className="nbtrack-Shape"
      viewBox={viewBox}
      aria-hidden="true"
      focusable="false"
    >
      {paths.map(path => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}

function shapeOf(icon: LabIcon): IShape {
  let shape = SHAPES.get(icon);
  if (!shape) {
    const svg = new DOMParser().parseFromString(icon.svgstr, 'image/svg+xml');
    shape = {
      viewBox: svg.documentElement.getAttribute('viewBox') ?? '0 0 24 24',
      paths: [...svg.querySelectorAll('path, circle')].map(outline)
    };
    SHAPES.set(icon, shape);
  }
  return shape;
}

function outline(node: Element): string {
  const number = (name: string) => Number(node.getAttribute(name));
  if (node.tagName !== 'circle') {
    return node.getAttribute('d') ?? '';
  }
  const [x, y, r] = [number('cx'), number('cy'), number('r')];
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}
