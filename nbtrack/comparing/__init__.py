"""Runs beside each other: `nbtrack.compare`, `nbtrack.runs` and what they show.

::

    chosen, listing         `compare` and `runs`
    ├── comparison, screen  what they return, and how a notebook shows it
    ├── named, places       which runs are meant, and where to look for them
    ├── beside, answers     what the runs have, and what is told of it, as tables
    ├── curves, dashes      their metrics as panels, and lines of the same colour told apart
    ├── still               the picture that stays
    ├── drawn               charts for the user
    ├── output, words       what a notebook keeps, within its size; the table in it
    ├── saved               files
    └── source              the store, read in this process
    selection               what a page says was selected; all that a kernel loads at first

Nothing here starts a run or writes to a store.
"""
