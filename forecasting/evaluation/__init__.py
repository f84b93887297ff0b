"""What a model would have said in the past, and what its errors would have cost."""
