"""What every Python script here needs of the home it talks to.

The test that starts a script gives it one argument: JSON with the names of the
home's `Endpoints` document and the folder its letters go to. Nothing here
speaks to the home; that is the foreign clients' part.
"""

import base64
import hmac
import json
import pathlib
import random
import re
import struct
import sys
import time

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

HOME = json.loads(sys.argv[1])

# What people type: keyboards of several scripts, accents as one sign and as two,
# signs outside the first plane, quotes, colons and inner space.
SIGNS = [
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ",
    "äöüßéèñçøåŁžğ",
    "e\u0301o\u0308",
    "冰箱里有番茄和鸡蛋",
    "пароль",
    "🥚🍅🧊",
]
_dice = random.SystemRandom()


def client(service):
    """boto3's client of a service, at the home's endpoint and unsigned, as apps call it."""
    endpoint = HOME["user_pool" if service == "cognito-idp" else "identity_pool"]["endpoint"]
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=HOME["region"], endpoint_url=endpoint, config=config)


def password():
    """A random one that the home takes: 8 to 40 signs, no space at either end."""
    while True:
        signs = [_dice.choice(_dice.choice(SIGNS)) for _ in range(_dice.randint(8, 40))]
        made = "".join(signs)
        if made == made.strip() and len(made) >= 8 and len(made.encode()) <= 256:
            return made


def refused(name, call, **arguments):
    """The call must be refused by exactly this exception of Cognito."""
    try:
        call(**arguments)
    except ClientError as error:
        told = error.response["Error"]["Code"]
        assert told == name, f"refused by {told}, expected {name}: {error}"
        return error
    raise AssertionError(f"taken, expected {name}")


class Letters:
    """The codes mailed to one address, each handed out once."""

    def __init__(self, mail):
        self.path = pathlib.Path(HOME["outbox"]) / f"{mail}.txt"
        self.read = 0

    def code(self):
        """The next code; waits up to ten seconds for it."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            text = self.path.read_text("utf-8") if self.path.exists() else ""
            codes = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
            if len(codes) > self.read:
                self.read += 1
                return codes[self.read - 1]
            time.sleep(0.02)
        raise AssertionError(f"no letter number {self.read + 1} came to {self.path.name}")


def another_code(code):
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def time_code(secret, later=0):
    """The time-based code of RFC 6238 for a Base32 secret, so many steps of 30 s later."""
    step = int(time.time()) // 30 + later
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", step), "sha1")
    (cut,) = struct.unpack_from(">I", mac, mac[-1] & 15)
    return f"{(cut & 0x7FFFFFFF) % 1_000_000:06d}"


def account(mail, secret, client_id):
    """Makes a confirmed account; answers its `sub` and its letters."""
    idp, letters = client("cognito-idp"), Letters(mail)
    made = idp.sign_up(
        ClientId=client_id,
        Username=mail,
        Password=secret,
        UserAttributes=[{"Name": "email", "Value": mail}, {"Name": "name", "Value": "Ana Prøve"}],
    )
    idp.confirm_sign_up(ClientId=client_id, Username=mail, ConfirmationCode=letters.code())
    return made["UserSub"], letters
