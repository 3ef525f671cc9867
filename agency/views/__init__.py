"""Pages of full agency."""
