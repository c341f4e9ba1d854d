"""Each code has words in each face: a refusal that somebody meets is never a bare number (decision 0003)."""
