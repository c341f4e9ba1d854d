"""The page a front desk lives on: the day as it is now, and what to do next."""
