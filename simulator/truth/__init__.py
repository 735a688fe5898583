"""What is true of the world, straight from the generator, for tests to compare with."""
