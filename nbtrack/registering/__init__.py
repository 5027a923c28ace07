"""From a run to a registered model: `nbtrack.register`, `nbtrack.rollback` and what they show.

::

    registration, asking    `register` and `rollback`; in a thread, and asking once before an alias moves
    form, stand, pace       the form under a cell
    ├── carried, back       registering, and an alias on its way back: the two places that write
    │   ├── wish, progress  what is wished, how far it is, what came of it
    │   ├── names, gates    what can be told before anything is sent
    │   ├── resolving       which run is meant, and which of its models
    │   ├── versions        the version in the registry: found, made, completed
    │   ├── classic         what takes the place of what a store does not have
    │   └── patience, trouble  how long MLflow may wait; what to say if that was in vain
    ├── found, described    the models of a run
    ├── memory, imprint, samples  what this process has fitted
    ├── logged, flavors, wrapped, owncode, quiet  logging it now
    ├── scoring, measures, paired  candidate against champion
    └── output              what a notebook keeps

Artifacts are there first, then the version with its tags, and aliases last: what breaks off leaves nothing
that looks registered and isn't.
"""
