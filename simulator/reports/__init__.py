"""Reports: the rules of a request, and the rows of its answer."""
