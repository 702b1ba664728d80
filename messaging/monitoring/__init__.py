"""Whether messages leave: the alarms, and the facts for `/statusz`."""
