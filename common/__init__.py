"""No models: errors, time, the transition table, validators, form and table pieces."""
