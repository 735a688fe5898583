"""What live answers show and the documentation does not: each behaviour can be switched on."""
