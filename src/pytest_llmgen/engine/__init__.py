"""Many generations in flight, driven from the one controlling process."""
