"""The documentation: its pages, and the code that generates their reference tables."""
