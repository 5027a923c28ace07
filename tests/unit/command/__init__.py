"""The console command, run on real journals and stores."""
