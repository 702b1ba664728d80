def seal(text: str) -> bytes:
    return text.encode()
