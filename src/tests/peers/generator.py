"""What schemathesis makes up, fitted to the workspace that it asks: else nearly all of it would be about conversations
and channels that are not there, and under keys that were used before.

Only what is of the right shape is fitted, so that what is wrong about a request stays wrong.
"""

import itertools
import os
import re
import uuid

import schemathesis

# Conversations in which the bot has the word.
CONVERSATIONS = itertools.cycle(os.environ["CONVERSATIONS"].split())
CHANNEL = os.environ["CHANNEL"]
# Of the names that are taken for names, by the document.
NAME = re.compile(r"[!-~]{1,100}")
KEY = re.compile(r"[!-~]{8,100}")
NUMBERS = itertools.count()
# Conditions of a list: texts of which only some are values, and names of what is there. There are no tags.
CONDITIONS = {
    "status": "open,waiting",
    "channel": CHANNEL,
    "team": "none",
    "owner": "nobody",
    "tag": "",
    "priority": "low,urgent",
    "waiting": "15m",
    "created": "7d",
}


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(NUMBERS)
    # Some stay as they are.
    is_fitted = number % 5 != 0
    # A later step of a scenario is about what an earlier one has made.
    if is_fitted and case.meta.phase.name.value != "stateful" and is_uuid(case.path_parameters.get("id")):
        case.path_parameters["id"] = next(CONVERSATIONS)
    for condition, value in CONDITIONS.items():
        if isinstance(case.query.get(condition), str):
            case.query[condition] = value
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = f"{key}{number}"
    if isinstance(case.body, dict):
        fit(case.body, number if is_fitted else None)


def fit(body, number):
    if is_name(body.get("channel")):
        body["channel"] = CHANNEL
    if number is None:
        return
    if is_name(body.get("external_id")):
        body["external_id"] += str(number)
    if is_whole(body.get("control_epoch")) and body["control_epoch"] > 0:
        body["control_epoch"] = 0


def is_name(value):
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_uuid(value):
    try:
        return str(uuid.UUID(value)) == value
    except (AttributeError, TypeError, ValueError):
        return False
