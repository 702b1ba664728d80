"""What a referrer may read: how to talk about the programme, the leaflet, waiting times.

The words are versioned data, awaiting clinical sign-off. Waiting times are counted, for everybody at once.
"""
