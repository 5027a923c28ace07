/** Pages in place of the lists, and the way back from each. */

import { Place } from '../state/place';

const RUN = { store: 'workspace', runId: 'run-1' };
const MODEL = { store: 'team', name: 'churn' };

let place: Place;

beforeEach(() => {
  place = new Place();
});

const shown = () => {
  const { run, model } = place.snapshot;
  return { run, model };
};

it('shows one page at a time, and goes back to the lists', () => {
  place.openModel('team', 'churn');
  expect(shown()).toEqual({ run: null, model: MODEL });
  expect(place.storeInView).toBe('team');
  place.back();
  expect(shown()).toEqual({ run: null, model: null });
  expect(place.storeInView).toBe('workspace');
});

it('goes back from a version’s run to the model, also by way of other runs', () => {
  place.openModel('team', 'churn');
  place.openRun('workspace', 'parent');
  place.openRun('workspace', 'run-1');
  expect(shown()).toEqual({ run: RUN, model: null });
  expect(place.snapshot.before?.model).toEqual(MODEL);
  place.back();
  expect(shown()).toEqual({ run: null, model: MODEL });
  place.back();
  expect(shown()).toEqual({ run: null, model: null });
});

it('goes back from a model to the run that it was made of', () => {
  place.openRun('workspace', 'run-1');
  place.openModel('team', 'churn');
  place.back();
  expect(shown()).toEqual({ run: RUN, model: null });
});

it('never goes in circles', () => {
  place.openModel('team', 'churn');
  for (let i = 0; i < 9; i++) {
    place.openRun('workspace', 'run-1');
    place.openModel('team', 'churn');
  }
  place.back();
  place.back();
  expect(shown()).toEqual({ run: null, model: null });
});

it('leaves the page for another store or an experiment', () => {
  place.openRun('workspace', 'run-1');
  place.openModel('workspace', 'churn');
  place.chooseStore('team');
  expect(shown()).toEqual({ run: null, model: null });
  place.openModel('team', 'churn');
  place.openExperiment('team', '1');
  expect(place.snapshot).toMatchObject({ model: null, before: null });
});

it('keeps the page while the notebook in front has another store', () => {
  place.openModel('team', 'churn');
  place.followStore('kernel:k1');
  expect(place.snapshot).toMatchObject({ store: 'kernel:k1', model: MODEL });
});
