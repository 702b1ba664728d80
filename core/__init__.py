"""What at least two rooms need and none owns: one concept a module, and nothing of the programme itself."""
