"""The catalogue as YAML and as a spreadsheet, both ways."""
