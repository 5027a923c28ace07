import { readFrame } from '../live/frame';
import { Header } from '../live/header';
import type { IFrame } from '../live/types';
import { snapshot } from './snapshot';

const FRAME = readFrame(snapshot(), null) as IFrame;

function title(header: Header): HTMLElement {
  return header.node.querySelector<HTMLElement>(
    '.nbtrack-Live-title'
  ) as HTMLElement;
}

it('shows its run in the sidebar', () => {
  const open = jest.fn();
  const header = new Header(open);
  header.update(FRAME, 'ended');
  expect(title(header).tagName).toBe('BUTTON');
  title(header).click();
  expect(open).toHaveBeenCalledWith('r');
});

it('is only a name where there is no sidebar', () => {
  const header = new Header(null);
  header.update(FRAME, 'ended');
  expect(title(header).tagName).toBe('SPAN');
  expect(title(header).textContent).toBe('amused-owl-12');
});
