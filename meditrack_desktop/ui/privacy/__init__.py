"""Privacy: opening in an emergency, handing out, restricting, erasing, and the list of what waits for somebody."""
