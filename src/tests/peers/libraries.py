"""What the SMS providers' own libraries sign and send. Arguments: what to do, and with what, as JSON.

Prints what came of it, as JSON.
"""

import base64
import json
import sys
from unittest import mock


def twilio_sign(token: str, url: str, pairs: list | None = None, body: str = "", algorithm: str | None = None) -> dict:
    """Of a form with these pairs, or else of a body that is something else."""
    from multidict import MultiDict
    from twilio.request_validator import RequestValidator

    validator = RequestValidator(token)
    if pairs is None:
        url += ("&" if "?" in url else "?") + "bodySHA256=" + validator.compute_hash(body)
    return {"url": url, "signature": validator.compute_signature(url, MultiDict(pairs or []), algorithm)}


def telnyx_sign(seed: str, timestamp: int, body: str) -> dict:
    from nacl.signing import SigningKey
    from telnyx import Telnyx

    key = SigningKey(bytes.fromhex(seed))
    signature = base64.b64encode(key.sign(f"{timestamp}|{body}".encode()).signature).decode()
    public_key = base64.b64encode(bytes(key.verify_key)).decode()
    headers = {"Telnyx-Timestamp": str(timestamp), "Telnyx-Signature-Ed25519": signature}
    # Telnyx's library signs nothing, but it says whether this is what it takes.
    with mock.patch("time.time", return_value=timestamp):
        Telnyx(api_key="key", public_key=public_key).webhooks.unwrap(body, headers=headers)
    return {"signature": signature, "public_key": public_key}


def twilio_send(api: str, account: str, user: str, secret: str, message: dict) -> dict:
    from twilio.rest import Client

    client = Client(user, secret, account)
    client.api.base_url = api
    made = client.messages.create(**message)
    return {"id": made.sid, "status": made.status, "parts": made.num_segments}


def telnyx_send(api: str, key: str, message: dict) -> dict:
    from telnyx import Telnyx

    made = Telnyx(api_key=key, base_url=api, max_retries=0).messages.send(**message).data
    return {"id": made.id, "parts": made.parts}


what, order = sys.argv[1:]
done = {"twilio-sign": twilio_sign, "telnyx-sign": telnyx_sign, "twilio-send": twilio_send, "telnyx-send": telnyx_send}
print(json.dumps(done[what](**json.loads(order))))
