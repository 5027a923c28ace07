"""What nbtrack costs, measured against a named peer in the same run. `make bench` prints it as a table."""
