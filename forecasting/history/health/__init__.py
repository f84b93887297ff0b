"""Can the data be trusted? Findings worst first, with money attached, and repairs that are rules."""
