"""nbtrack inside a kernel: the only room that IPython is let into."""
