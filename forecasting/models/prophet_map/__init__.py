"""Prophet's own model, its most probable parameters found for many series at once in numpy."""
