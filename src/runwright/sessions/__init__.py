"""Sessions: sign-ins that a person made once, sealed on this machine, for runs that start signed in."""
