"""Entity endpoints: what each list and detail endpoint answers."""
