"""What a referrer may read: how to talk about the programme, the leaflet, waiting times.

The words are versioned data, signed off by a clinician. Waiting times are counted, for everybody at once.
"""
