import { KernelWatch } from '../notebook/kernelwatch';
import { HandKernel, HandSession } from './kernel';

let session: HandSession;

beforeEach(() => {
  session = new HandSession();
});

it('has the kernel of a page that is just opened a moment later', () => {
  const { kernel } = session;
  session.session = null;
  const watch = new KernelWatch(session.asContext);
  expect(watch.reach).toBe('none');
  const changed = jest.fn();
  watch.changed.connect(changed);
  session.move(kernel);
  expect(watch.reach).toBe('there');
  expect(changed).toHaveBeenCalledTimes(1);
});

it.each(['restarting', 'autorestarting', 'dead'] as const)(
  'knows a kernel that is %s for another one',
  status => {
    const watch = new KernelWatch(session.asContext);
    session.statusChanged.emit('busy');
    expect(watch.reach).toBe('there');
    session.statusChanged.emit(status);
    session.statusChanged.emit('idle');
    expect(watch.reach).toBe('other');
  }
);

it('knows another kernel, and comes back with the first', () => {
  const watch = new KernelWatch(session.asContext);
  const { kernel } = session;
  session.move(new HandKernel('other'));
  expect(watch.reach).toBe('other');
  session.move(null);
  expect(watch.reach).toBe('none');
  session.move(kernel);
  expect(watch.reach).toBe('there');
});

it('hears nothing once it is disposed', () => {
  const watch = new KernelWatch(session.asContext);
  const changed = jest.fn();
  watch.changed.connect(changed);
  watch.dispose();
  session.move(null);
  expect(changed).not.toHaveBeenCalled();
  expect(watch.isDisposed).toBe(true);
});
