"""Ground floor: the clinic's words in pure Python, under everyone's feet."""
