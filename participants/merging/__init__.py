"""Two records of one person: finding them, comparing them, and merging them. Rooms above register their part."""
