"""The long run of faults, `python -m tests.soak`: points are logged while those who bring them are killed.

Each scenario counts what the store has afterwards::

    killed      the kernel; kernel and sender together, and then `nbtrack sync`
    senders     the sender, again and again
    servers     the tracking server, which is also silent for a while and answers nonsense
    sharing     nobody: two kernels and a reader on one SQLite file
    place       a folder with a store, and kernels that log into it
    tally       what was logged against what is stored
"""
