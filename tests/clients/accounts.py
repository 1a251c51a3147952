"""boto3's user pool client walks the life of an account, from sign-up to the end.

The proof of the password is pycognito's, which signs with this very client.
Errors must bear the names that botocore's model has for the operation.
"""

from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SoftwareTokenMFAChallengeException

from home import HOME, Letters, another_code, client, refused, time_code

idp = client("cognito-idp")
pool = HOME["user_pool"]
APP, PLAIN = pool["client"], pool["plain_client"]
MAIL, FIRST, SECOND, THIRD = "boto@example.org", "first horse 一", "second horse 二", "third horse 三"
letters = Letters(MAIL)


def sign_in(secret, client_id=APP):
    srp = AWSSRP(MAIL, secret, pool["pool"], client_id, client=idp)
    return srp.authenticate_user()["AuthenticationResult"]


def sign_up():
    attributes = [{"Name": "email", "Value": MAIL}, {"Name": "name", "Value": "Ana"}]
    new = {"ClientId": APP, "Username": MAIL, "Password": FIRST, "UserAttributes": attributes}
    refused("InvalidPasswordException", idp.sign_up, **{**new, "Password": "short"})
    refused("InvalidParameterException", idp.sign_up, **{**new, "Username": "no address"})
    refused("ResourceNotFoundException", idp.sign_up, **{**new, "ClientId": "nobodysclient"})
    made = idp.sign_up(**new)
    assert not made["UserConfirmed"] and made["CodeDeliveryDetails"]["AttributeName"] == "email", made
    assert made["CodeDeliveryDetails"]["Destination"] == "b***@e***", made
    refused("UserNotConfirmedException", sign_in, secret=FIRST)

    of = {"ClientId": APP, "Username": MAIL}
    first = letters.code()
    refused("CodeMismatchException", idp.confirm_sign_up, **of, ConfirmationCode=another_code(first))
    idp.resend_confirmation_code(**of)
    idp.confirm_sign_up(**of, ConfirmationCode=letters.code())
    refused("UsernameExistsException", idp.sign_up, **new)
    refused("NotAuthorizedException", idp.confirm_sign_up, **of, ConfirmationCode=first)
    return made["UserSub"]


def who_am_i(sub):
    access = sign_in(FIRST)["AccessToken"]
    user = idp.get_user(AccessToken=access)
    told = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    expected = {"sub": sub, "email": MAIL, "email_verified": "true", "name": "Ana"}
    assert told.items() >= expected.items(), told
    refused("NotAuthorizedException", idp.get_user, AccessToken=access[:-4] + "AAAA")


def renew():
    # The app's tokens rotate: only the operation that can hand out the next one renews them.
    held = sign_in(FIRST)["RefreshToken"]
    by_flow = {"ClientId": APP, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": held}}
    refused("NotAuthorizedException", idp.initiate_auth, **by_flow)
    renewed = idp.get_tokens_from_refresh_token(ClientId=APP, RefreshToken=held)["AuthenticationResult"]
    assert renewed["RefreshToken"] != held and renewed["TokenType"] == "Bearer", "the token did not rotate"
    idp.get_user(AccessToken=renewed["AccessToken"])
    # Two devices that renew at once both go on.
    again = idp.get_tokens_from_refresh_token(ClientId=APP, RefreshToken=held)["AuthenticationResult"]
    for token in (again["RefreshToken"], renewed["RefreshToken"]):
        idp.get_tokens_from_refresh_token(ClientId=APP, RefreshToken=token)

    # Other programs' tokens stay as they are, and belong to their client.
    held = sign_in(FIRST, PLAIN)["RefreshToken"]
    by_flow["AuthParameters"] = {"REFRESH_TOKEN": held}
    renewed = idp.initiate_auth(**{**by_flow, "ClientId": PLAIN})["AuthenticationResult"]
    assert "RefreshToken" not in renewed, "the plain client's token rotated"
    refused("NotAuthorizedException", idp.get_tokens_from_refresh_token, ClientId=APP, RefreshToken=held)
    refused("NotAuthorizedException", idp.get_tokens_from_refresh_token, ClientId=APP, RefreshToken="x" * 43)


def change_password():
    access = sign_in(FIRST)["AccessToken"]
    change = {"AccessToken": access, "PreviousPassword": FIRST, "ProposedPassword": SECOND}
    refused("NotAuthorizedException", idp.change_password, **{**change, "PreviousPassword": SECOND})
    refused("InvalidPasswordException", idp.change_password, **{**change, "ProposedPassword": "short"})
    sign_in(FIRST)
    idp.change_password(**change)
    refused("NotAuthorizedException", sign_in, secret=FIRST)
    sign_in(SECOND)


def forget_password():
    of = {"ClientId": APP, "Username": MAIL}
    sent = idp.forgot_password(**of)["CodeDeliveryDetails"]
    stranger = idp.forgot_password(ClientId=APP, Username="bobo@example.org")["CodeDeliveryDetails"]
    assert sent == stranger, "an unknown account is told apart"
    code = letters.code()
    new = {**of, "Password": THIRD}
    refused("CodeMismatchException", idp.confirm_forgot_password, **new, ConfirmationCode=another_code(code))
    refused("InvalidPasswordException", idp.confirm_forgot_password, **{**new, "Password": "x"}, ConfirmationCode=code)
    idp.confirm_forgot_password(**new, ConfirmationCode=code)
    refused("NotAuthorizedException", sign_in, secret=SECOND)
    sign_in(THIRD)
    used = {**new, "Password": FIRST, "ConfirmationCode": code}
    try:
        idp.confirm_forgot_password(**used)
    except (idp.exceptions.ExpiredCodeException, idp.exceptions.CodeMismatchException):
        pass
    else:
        raise AssertionError("a code was good twice")


def sign_out():
    here, there = sign_in(THIRD), sign_in(THIRD)
    idp.revoke_token(ClientId=APP, Token=here["RefreshToken"])
    gone = {"ClientId": APP, "RefreshToken": here["RefreshToken"]}
    refused("NotAuthorizedException", idp.get_tokens_from_refresh_token, **gone)
    refused("NotAuthorizedException", idp.get_user, AccessToken=here["AccessToken"])
    refused("UnsupportedTokenTypeException", idp.revoke_token, ClientId=APP, Token=there["AccessToken"])

    third = sign_in(THIRD, PLAIN)
    idp.global_sign_out(AccessToken=there["AccessToken"])
    for client_id, tokens in ((APP, there), (PLAIN, third)):
        gone = {"ClientId": client_id, "RefreshToken": tokens["RefreshToken"]}
        refused("NotAuthorizedException", idp.get_tokens_from_refresh_token, **gone)
        refused("NotAuthorizedException", idp.get_user, AccessToken=tokens["AccessToken"])
    sign_in(THIRD)


def second_factor():
    access = sign_in(THIRD)["AccessToken"]
    secret = idp.associate_software_token(AccessToken=access)["SecretCode"]
    first = time_code(secret)
    wrong = another_code(first)
    refused("EnableSoftwareTokenMFAException", idp.verify_software_token, AccessToken=access, UserCode=wrong)
    proved = idp.verify_software_token(AccessToken=access, UserCode=first)
    assert proved["Status"] == "SUCCESS", proved
    wanted = {"Enabled": True, "PreferredMfa": True}
    idp.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings=wanted)

    def challenged():
        try:
            sign_in(THIRD)
        except SoftwareTokenMFAChallengeException as asked:
            return asked.get_tokens()["Session"]
        raise AssertionError("the password alone signed in")

    def answer(session, code):
        given = {"USERNAME": MAIL, "SOFTWARE_TOKEN_MFA_CODE": code}
        challenge = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "ChallengeResponses": given, "Session": session}
        return idp.respond_to_auth_challenge(ClientId=APP, **challenge)

    refused("NotAuthorizedException", sign_in, secret=SECOND)
    # The code that proved the authenticator is used up; the next one is good already.
    refused("ExpiredCodeException", answer, session=challenged(), code=first)
    refused("CodeMismatchException", answer, session=challenged(), code=another_code(time_code(secret, 1)))
    access = answer(challenged(), time_code(secret, 1))["AuthenticationResult"]["AccessToken"]
    assert idp.get_user(AccessToken=access)["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    idp.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings={"Enabled": False})
    sign_in(THIRD)


def say_goodbye():
    here, there = sign_in(THIRD), sign_in(THIRD)
    idp.delete_user(AccessToken=here["AccessToken"])
    for tokens in (here, there):
        refused("NotAuthorizedException", idp.get_user, AccessToken=tokens["AccessToken"])
    refused("NotAuthorizedException", sign_in, secret=THIRD)


who_am_i(sign_up())
renew()
change_password()
forget_password()
sign_out()
second_factor()
say_goodbye()
