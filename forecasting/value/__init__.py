"""What better forecasts are worth: replay, gain, return on investment."""
