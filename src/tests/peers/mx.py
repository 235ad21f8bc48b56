"""The customers' mail server: it takes mail for everybody and keeps it, but for these recipients.

bad*   has no mailbox
full*  has a full one
grey*  is taken at the second attempt
gone*  is taken once, and has no mailbox then

Arguments: the folder to keep mails in, and the port. Of each mail there are two files, numbered in the order in which
they came: N.envelope, the sender and then the recipients, a line each; and N.eml, which is there once all is.
"""

import asyncio
import pathlib
import sys

from aiosmtpd.smtp import SMTP

TAKEN = "250 2.1.5 Known"
UNKNOWN = "550 5.1.1 There is no such mailbox"
FULL = "552 5.2.2 The mailbox is full"
LATER = "451 4.7.1 Come again later"

# The answer to the first attempt, and to all that follow.
ANSWERS = {"bad": (UNKNOWN, UNKNOWN), "full": (FULL, FULL), "grey": (LATER, TAKEN), "gone": (TAKEN, UNKNOWN)}


class Customers:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.seen: set[str] = set()
        self.kept = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        first, later = next((both for name, both in ANSWERS.items() if address.startswith(name)), (TAKEN, TAKEN))
        answer = later if address in self.seen else first
        self.seen.add(address)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.kept += 1
        lines = [envelope.mail_from or "", *envelope.rcpt_tos]
        (self.folder / f"{self.kept}.envelope").write_text("\n".join(lines))
        partial = self.folder / f"{self.kept}.partial"
        partial.write_bytes(envelope.content)
        partial.rename(self.folder / f"{self.kept}.eml")
        return "250 2.0.0 Kept"


async def main(folder: pathlib.Path, port: int) -> None:
    customers = Customers(folder)

    def session() -> SMTP:
        return SMTP(customers, hostname="mx.customers.test", enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", port)
    print("the customers' mail server is ready", flush=True)
    await server.serve_forever()


asyncio.run(main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
