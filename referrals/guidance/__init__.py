"""What a referrer may read: how to talk about the programme, the leaflet, waiting times."""
