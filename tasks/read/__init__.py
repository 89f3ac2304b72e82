"""Reading: bytes of strangers' files -> grids of cells, in processes that may die."""
