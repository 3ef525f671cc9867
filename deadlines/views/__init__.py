"""Pages of the deadlines floor."""
