"""A mail server that takes everything at once and counts it: the other side of `python -m bench messages`.

aiosmtpd, which the tests use, needs longer for a mail than a client does, and would be what is measured.
"""

import asyncio
import sys

ANSWERS = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
taken = 0


class Conversation(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport, self.waiting, self.in_mail = transport, bytearray(), False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        global taken
        self.waiting += data
        answers = bytearray()
        while True:
            end = self.waiting.find(b"\r\n.\r\n" if self.in_mail else b"\r\n")
            if end < 0:
                break
            if self.in_mail:
                del self.waiting[: end + 5]
                self.in_mail, taken = False, taken + 1
                answers += b"250 taken\r\n"
                continue
            word = bytes(self.waiting[:4]).upper()
            del self.waiting[: end + 2]
            self.in_mail = word == b"DATA"
            answers += b"250 %d\r\n" % taken if word == b"NOOP" else ANSWERS.get(word, b"250 ok\r\n")
            if word == b"QUIT":
                self.transport.write(answers)
                self.transport.close()
                return
        self.transport.write(answers)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Conversation, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
