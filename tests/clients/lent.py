"""boto3's identity pool client changes an id token for temporary credentials.

What the credentials open is proved elsewhere; here it is who gets them: the
person of a good id token, always as the same identity, and nobody else.
"""

import datetime

from pycognito.aws_srp import AWSSRP

from home import HOME, account, client, refused

idp, identity = client("cognito-idp"), client("cognito-identity")
pool, lender = HOME["user_pool"], HOME["identity_pool"]["pool"]
LOGIN = pool["issuer"].split("://", 1)[1]
SECRET = "lent horse battery"


def tokens_of(mail):
    account(mail, SECRET, pool["client"])
    srp = AWSSRP(mail, SECRET, pool["pool"], pool["client"], client=idp)
    return srp.authenticate_user()["AuthenticationResult"]


def main():
    ana, bo = tokens_of("lent-ana@example.org"), tokens_of("lent-bo@example.org")
    of_ana, of_bo = {LOGIN: ana["IdToken"]}, {LOGIN: bo["IdToken"]}
    known = identity.get_id(IdentityPoolId=lender, Logins=of_ana)["IdentityId"]
    assert known.split(":")[0] == HOME["region"], known
    assert identity.get_id(IdentityPoolId=lender, Logins=of_ana)["IdentityId"] == known, "a second identity"
    assert identity.get_id(IdentityPoolId=lender, Logins=of_bo)["IdentityId"] != known, "one identity for two"

    lent = identity.get_credentials_for_identity(IdentityId=known, Logins=of_ana)
    credentials = lent["Credentials"]
    assert lent["IdentityId"] == known and credentials["AccessKeyId"].startswith("ASIA"), lent["IdentityId"]
    left = credentials["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(minutes=15) < left <= datetime.timedelta(hours=12), left
    again = identity.get_credentials_for_identity(IdentityId=known, Logins=of_ana)["Credentials"]
    assert again["SessionToken"] != credentials["SessionToken"], "credentials were lent twice"

    lend = identity.get_credentials_for_identity
    refused("NotAuthorizedException", lend, IdentityId=known, Logins=of_bo)
    refused("NotAuthorizedException", lend, IdentityId=known)
    refused("NotAuthorizedException", identity.get_id, IdentityPoolId=lender)
    refused("NotAuthorizedException", identity.get_id, IdentityPoolId=lender, Logins={LOGIN: ana["AccessToken"]})
    forged = ana["IdToken"][:-4] + "AAAA"
    refused("NotAuthorizedException", identity.get_id, IdentityPoolId=lender, Logins={LOGIN: forged})
    elsewhere = {"cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc": ana["IdToken"]}
    refused("NotAuthorizedException", identity.get_id, IdentityPoolId=lender, Logins=elsewhere)
    nobodys = lender[:-4] + ("0000" if not lender.endswith("0000") else "1111")
    refused("ResourceNotFoundException", identity.get_id, IdentityPoolId=nobodys, Logins=of_ana)


main()
