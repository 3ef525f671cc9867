"""Working calendar, clocks and the sweep: one engine for every duty in the hall."""
