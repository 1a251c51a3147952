"""pycognito's SRP class signs in again and again, with passwords drawn anew.

Random salts, keys and passwords on both sides: what is padded wrongly in one of
a few hundred proofs is found here. Wrong passwords must be refused each time.
"""

from pycognito.aws_srp import AWSSRP

from home import HOME, account, client, password, refused

PASSWORDS = 20
SIGN_INS_EACH = 3

idp = client("cognito-idp")
pool = HOME["user_pool"]


def sign_in(username, secret):
    srp = AWSSRP(username, secret, pool["pool"], pool["client"], client=idp)
    return srp.authenticate_user()["AuthenticationResult"]


def main():
    mail, secret = "srp@example.org", password()
    sub, _ = account(mail, secret, pool["client"])
    signed_in = 0
    for n in range(PASSWORDS):
        try:
            # By address and by `sub`: the name inside the proof is the sub both times.
            for username in [mail, sub, mail][:SIGN_INS_EACH]:
                tokens = sign_in(username, secret)
                signed_in += 1
            for wrong in (password(), secret + "x", secret[:-1]):
                refused("NotAuthorizedException", sign_in, username=mail, secret=wrong)
            following = password()
            idp.change_password(
                AccessToken=tokens["AccessToken"], PreviousPassword=secret, ProposedPassword=following
            )
            refused("NotAuthorizedException", sign_in, username=mail, secret=secret)
            secret = following
        except Exception as error:
            raise AssertionError(f"password {n}, {secret!r}, after {signed_in} sign-ins") from error
    # Nobody learns from the answer whether an account is there.
    known = refused("NotAuthorizedException", sign_in, username=mail, secret="wrong horse battery")
    unknown = refused("NotAuthorizedException", sign_in, username="nobody@example.org", secret=secret)
    assert known.response["Error"] == unknown.response["Error"], (known, unknown)
    print(f"{signed_in} sign-ins with {PASSWORDS} passwords")


main()
