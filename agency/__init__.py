"""Acting for the investor from a wanted start (全程代办): plans, helpers, load."""
