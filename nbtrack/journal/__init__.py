"""What a kernel logs: first made safe on this machine's disk, then sent to the store by another process.

The kernel's side is `writer` and `spawn`; all else runs in the sender's process (`python -m nbtrack.journal
FOLDER`) or in the command `nbtrack sync`. `format` tells what is on the disk.
"""
