"""What Acme adds to runwright."""
