"""A chatbot server on Microsoft's 365 Agents SDK, which speaks the Activity protocol at /api/messages, on loopback.

It says how long delivery takes, hands off to a person who is asked for, and has no answer to anything else. While a
person has a conversation it is silent there; what that person wants it to mind it adds to its answers.

Argument: the port.
"""

import re
import sys

from aiohttp import web
from microsoft_agents.activity import Activity
from microsoft_agents.hosting.aiohttp import CloudAdapter, jwt_authorization_middleware, start_agent_process
from microsoft_agents.hosting.core import (
    AgentApplication,
    AgentAuthConfiguration,
    AnonymousTokenProvider,
    ApplicationOptions,
    ConnectionManager,
    MemoryStorage,
    TurnContext,
    TurnState,
)

# In Bot Framework's words: the bot asks for a person, and how far that has got.
INITIATE = "handoff.initiate"
STATUS = "handoff.status"

# What it says of whoever wants a person.
WISH = {
    "cause": "asked",
    "reason": "The customer wants to talk to a person.",
    "summary": "They would not have it from a bot.",
}

# Where a conversation's state is kept.
WITH_PERSON = "ConversationState.with_person"
INSTRUCTION = "ConversationState.instruction"

# It calls nobody, and whoever reaches its port may talk to it.
configuration = AgentAuthConfiguration(anonymous_allowed=True)
connections = ConnectionManager(lambda _: AnonymousTokenProvider(), {"SERVICE_CONNECTION": configuration})
options = ApplicationOptions(storage=MemoryStorage(), start_typing_timer=False)
agent = AgentApplication[TurnState](options, connection_manager=connections)


@agent.event(STATUS)
async def person(context: TurnContext, state: TurnState) -> None:
    status = context.activity.value
    state.set_value(WITH_PERSON, status["state"] == "accepted")
    state.set_value(INSTRUCTION, status.get("instruction"))


@agent.message()
async def customer(context: TurnContext, state: TurnState) -> None:
    if state.get_value(WITH_PERSON):
        return
    asked = context.activity.text
    if re.search(r"\b(human|person|colleague)\b", asked, re.IGNORECASE):
        await context.send_activity(Activity(type="event", name=INITIATE, value=WISH))
    elif re.search(r"\bdeliver(y)?\b", asked, re.IGNORECASE):
        instruction = state.get_value(INSTRUCTION)
        await context.send_activity("Three days." + (f" My colleague adds: {instruction}" if instruction else ""))


async def messages(request: web.Request) -> web.Response:
    return await start_agent_process(request, agent, request.app["adapter"])


server = web.Application(middlewares=[jwt_authorization_middleware])
server["agent_configuration"] = configuration
server["adapter"] = CloudAdapter(connection_manager=connections)
server.router.add_post("/api/messages", messages)
web.run_app(server, host="127.0.0.1", port=int(sys.argv[1]), print=None)
