"""The person answers the safety questions themselves, by a link or on the phone."""
