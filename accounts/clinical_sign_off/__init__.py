"""Clinical sign-off: which health texts there are, who has signed each, and what is refused until they have.

The rooms above register their texts in `AppConfig.ready()`. In PRODUCTION a text is shown, asked or routed by only with
a sign-off of exactly its hash, or while a dated acceptance covers it (docs/adr/0029-health-texts-are-signed-off.md).
"""
