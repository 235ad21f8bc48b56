"""A sibling app that has a chatbot server answer Live Operator's conversations, through the public contract alone.

What the webhook tells it comes in at /hook of a port of loopback, signed. It asks the chatbot server by that one's own
HTTP API, and posts what it says to /api/v1: as its token's bot, under the control epoch that it was asked under, and
under a key that is the same over all attempts. While a person has a conversation, the chatbot server is paused there.

`bridge.py --help` says what it is to be given.
"""

import argparse
import asyncio
import collections
import dataclasses
import hashlib
import hmac
import itertools
import json
import time

import aiohttp
from aiohttp import web

# What is older is somebody else's, who has kept it. In seconds.
OLDEST = 300
# A chatbot server that takes longer has no answer, in seconds.
LONGEST = aiohttp.ClientTimeout(total=20)
# Between two attempts, in seconds; each time twice as long.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


@dataclasses.dataclass
class Reply:
    text: str = ""
    # In the words of /api/v1.
    handoff: dict | None = None


def handoff_of(told: dict) -> dict:
    """What of a chatbot's own payload means something to /api/v1."""
    known = ("cause", "reason", "summary", "facts", "language", "confidence", "team")
    return {name: told[name] for name in known if name in told}


class Activities:
    """Whatever speaks the Activity protocol: Microsoft's Bot Framework and 365 Agents SDK.

    It replies in its answer to a request (`expectReplies`), asks for a person by the event `handoff.initiate`, and is
    told by `handoff.status` that there is one.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, here: str) -> None:
        self.http, self.url, self.here = http, url, here
        self.ids = itertools.count(1)

    async def ask(self, conversation: str, text: str) -> Reply:
        replies = await self.post(conversation, type="message", text=text)
        texts = [reply["text"] for reply in replies if reply["type"] == "message" and reply.get("text")]
        wishes = [reply.get("value") or {} for reply in replies if reply.get("name") == "handoff.initiate"]
        return Reply("\n\n".join(texts), handoff_of(wishes[0]) if wishes else None)

    async def pause(self, conversation: str) -> None:
        await self.post(conversation, type="event", name="handoff.status", value={"state": "accepted"})

    async def resume(self, conversation: str, instruction: str | None) -> None:
        value = {"state": "completed", "instruction": instruction}
        await self.post(conversation, type="event", name="handoff.status", value=value)

    async def post(self, conversation: str, **activity: object) -> list:
        activity |= {
            "id": str(next(self.ids)),
            "channelId": "live-operator",
            "serviceUrl": self.here,
            "deliveryMode": "expectReplies",
            "from": {"id": "customer", "role": "user"},
            "recipient": {"id": "bot", "role": "bot"},
            "conversation": {"id": conversation},
        }
        async with self.http.post(f"{self.url}/api/messages", json=activity, timeout=LONGEST) as answer:
            answer.raise_for_status()
            return (await answer.json())["activities"]


class Rasa:
    """Rasa by its REST channel, and by its API, which takes events of a tracker.

    It asks for a person by a custom payload with `handoff`. A paused tracker keeps what it is told and says nothing.
    What the bot is to mind stands in the slot `instruction`, and in `is_instructed` whether there is something.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, url

    async def ask(self, conversation: str, text: str) -> Reply:
        replies = await self.post("/webhooks/rest/webhook", {"sender": conversation, "message": text})
        texts = [reply["text"] for reply in replies if reply.get("text")]
        wishes = [reply["custom"] for reply in replies if reply.get("custom", {}).get("handoff")]
        return Reply("\n\n".join(texts), handoff_of(wishes[0]) if wishes else None)

    async def pause(self, conversation: str) -> None:
        await self.happened(conversation, {"event": "pause"})

    async def resume(self, conversation: str, instruction: str | None) -> None:
        slots = {"instruction": instruction, "is_instructed": instruction is not None}
        events = [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]
        await self.happened(conversation, *events, {"event": "resume"})

    async def happened(self, conversation: str, *events: dict) -> None:
        await self.post(f"/conversations/{conversation}/tracker/events", list(events))

    async def post(self, path: str, body: object) -> list | dict:
        async with self.http.post(self.url + path, json=body, timeout=LONGEST) as answer:
            answer.raise_for_status()
            return await answer.json()


@dataclasses.dataclass
class Talk:
    """A conversation, as far as it has been told of."""

    # The newest that the bot was asked under.
    epoch: int = -1
    # The newest of the customer's messages that the bot has answered, or handed off.
    seq: int = 0
    is_paused: bool = False
    work: asyncio.Task | None = None

    def stop(self) -> None:
        if self.work:
            self.work.cancel()


class Bridge:
    def __init__(self, http: aiohttp.ClientSession, chatbot: Activities | Rasa, ours: argparse.Namespace) -> None:
        self.http, self.chatbot = http, chatbot
        self.api, self.token, self.secret = ours.api, ours.token, ours.secret
        self.talks: dict[str, Talk] = collections.defaultdict(Talk)
        # The calls that have been heeded.
        self.heeded: set[str] = set()

    async def hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self.is_signed(request.headers, body):
            return web.Response(status=403, text="This is not signed as agreed.")
        call = json.loads(body)
        if call["id"] in self.heeded:
            return web.Response()
        try:
            await self.heed(call)
        except (aiohttp.ClientError, TimeoutError) as error:
            # It will be told again.
            return web.Response(status=502, text=f"The chatbot server cannot be told: {error!r}")
        self.heeded.add(call["id"])
        return web.Response(status=202)

    def is_signed(self, headers, body: bytes) -> bool:
        seconds = headers.get("X-Live-Operator-Timestamp", "")
        digest = hmac.new(self.secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
        signature = headers.get("X-Live-Operator-Signature", "")
        if not hmac.compare_digest(f"v1={digest}".encode(), signature.encode()):
            return False
        return abs(time.time() - int(seconds)) <= OLDEST

    async def heed(self, call: dict) -> None:
        """Goes by the epochs: what is asked may be told before what led to it."""
        conversation, turn = call["conversation"], call.get("turn", {})
        talk = self.talks[conversation["id"]]
        match call["kind"]:
            # Under a person it would be asked for a suggestion, and here it has none.
            case "turn.asked" if conversation["handler"] == "bot" and turn["control_epoch"] >= talk.epoch:
                talk.epoch = turn["control_epoch"]
                talk.stop()
                await self.resume(talk, conversation)
                talk.work = asyncio.create_task(self.answer(talk, conversation["id"], turn))
            case "turn.ended" if turn["control_epoch"] >= talk.epoch:
                talk.stop()
                await self.chatbot.pause(conversation["id"])
                talk.is_paused = True
            case "given_back" if conversation["control_epoch"] >= talk.epoch:
                await self.resume(talk, conversation)

    async def resume(self, talk: Talk, conversation: dict) -> None:
        if talk.is_paused:
            await self.chatbot.resume(conversation["id"], conversation["instruction"])
            talk.is_paused = False

    async def answer(self, talk: Talk, conversation: str, turn: dict) -> None:
        async def post(deed: str, **body: object) -> bool:
            body["control_epoch"] = turn["control_epoch"]
            return await self.post(f"/conversations/{conversation}/{deed}", f"{turn['id']}-{deed}", body)

        if not await post("typing"):
            return
        asked = question(turn["transcript"], talk.seq)
        try:
            reply = await self.chatbot.ask(conversation, asked)
        except (aiohttp.ClientError, TimeoutError) as error:
            reply = Reply(handoff={"reason": f"The chatbot server does not answer: {error!r}"})
        if reply.handoff is None and not reply.text:
            reply.handoff = {"cause": "unsure", "reason": "The chatbot has no answer to this."}
        if reply.text and not await post("messages", text=reply.text):
            return
        if reply.handoff is None or await post("handoff", goal=asked[:2000], **reply.handoff):
            talk.seq = turn["seq"]

    async def post(self, path: str, key: str, body: dict) -> bool:
        """Whether it was taken. What fails for a reason that passes is tried again, until nobody waits for it."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        pause = SHORTEST_PAUSE
        while True:
            wait = pause
            try:
                async with self.http.post(f"{self.api}/api/v1{path}", json=body, headers=headers) as answer:
                    if not passes(answer.status, await answer.text()):
                        return answer.ok
                    wait = max(pause, float(answer.headers.get("Retry-After", 0)))
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)


def passes(status: int, text: str) -> bool:
    """Whether the same request may be taken later."""
    return status >= 500 or status == 429 or (status == 409 and json.loads(text)["code"] == "in_progress")


def question(transcript: list, done: int) -> str:
    """What the customer has written since somebody answered. What the channel told them is no answer.

    At least their last message: a person may have given it back as it was.
    """
    said = [message for message in transcript if message["sender"] != "system"]
    newest = list(itertools.takewhile(lambda message: message["sender"] == "contact", reversed(said)))
    texts = [message["text"] for message in newest if message["seq"] > done] or [newest[0]["text"]]
    return "\n".join(reversed(texts))


async def serve(options: argparse.Namespace) -> None:
    async with aiohttp.ClientSession() as http:
        here = f"http://127.0.0.1:{options.port}"
        chatbot = Activities(http, options.activities, here)
        if options.rasa:
            chatbot = Rasa(http, options.rasa)
        bridge = Bridge(http, chatbot, options)
        server = web.Application()
        server.router.add_post("/hook", bridge.hook)
        runner = web.AppRunner(server)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", options.port).start()
        await asyncio.Event().wait()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Has a chatbot server answer Live Operator's conversations.")
    parser.add_argument("--port", type=int, required=True, help="where it is told by the webhook, at /hook")
    parser.add_argument("--api", required=True, help="Live Operator's public address")
    parser.add_argument("--token", required=True, help="of the bot, for the API")
    parser.add_argument("--secret", required=True, help="what the webhook's calls are signed with")
    chatbots = parser.add_mutually_exclusive_group(required=True)
    chatbots.add_argument("--activities", help="a chatbot server that speaks the Activity protocol")
    chatbots.add_argument("--rasa", help="a Rasa with its REST channel and its API enabled")
    return parser.parse_args()


asyncio.run(serve(options()))
