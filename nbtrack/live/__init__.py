"""The live card: what a cell logs, drawn under it while it runs, and the picture that stays."""
