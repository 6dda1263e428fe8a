"""What this project measures, and how: `make bench`. Nothing here is a test."""
