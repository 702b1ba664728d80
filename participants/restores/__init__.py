"""After a backup is restored: which links end, who is called before anything else, and who confirmed the list.

Rooms register what is in doubt after a restore. `call_first` is the gate: until an officer has confirmed the list,
nobody gets a place without a call (adr/0025).
"""
