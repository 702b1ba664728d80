"""What a message says: wordings, rendering to text and HTML, links, secrets, and the checks of a wording."""
