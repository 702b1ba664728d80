"""A virtual authenticator for Chromium: the real ceremony of a passkey, with no phone."""


class Phone:
    """An authenticator that the page's browser has at hand, and that its owner unlocks, or does not."""

    def __init__(self, page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        self.add(verified=True)

    def add(self, *, verified: bool) -> None:
        traits = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": verified,
            "automaticPresenceSimulation": True,
        }
        told = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": traits})
        self.it = {"authenticatorId": told["authenticatorId"]}

    def owner(self, *, agrees: bool) -> None:
        """One that was refused stays locked: a like one with the same keys takes its place."""
        keys = self.devtools.send("WebAuthn.getCredentials", self.it)["credentials"]
        self.devtools.send("WebAuthn.removeVirtualAuthenticator", self.it)
        self.add(verified=agrees)
        for key in keys:
            self.devtools.send("WebAuthn.addCredential", {**self.it, "credential": key})
        self.page.wait_for_timeout(1100)  # a press within a second counts as a double click
