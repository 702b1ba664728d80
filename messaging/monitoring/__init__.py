"""Whether messages leave: the alarms, and the numbers for `/statusz`.

Reads the outbox and changes nothing; `itsyourmove.monitoring` puts it beside the rest.
"""
