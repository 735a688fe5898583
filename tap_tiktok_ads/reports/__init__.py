"""Which reports there are, and how a window of one is read completely."""
