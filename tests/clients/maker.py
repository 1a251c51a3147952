"""Sets up what a maker has in an AWS account so that people can sign in: a user
pool with its app client, an identity pool, and the role of who is signed in.

Its one argument is `{"endpoint": …, "region": …}`; prints the names as JSON.
"""

import json
import sys

from aws import client_of

WHERE = json.loads(sys.argv[1])
REGION = WHERE["region"]
client = client_of(WHERE)
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "iot:Connect", "Resource": f"arn:aws:iot:{REGION}:*:client/{REGION}:*"},
        {"Effect": "Allow", "Action": "iot:Subscribe", "Resource": f"arn:aws:iot:{REGION}:*:topicfilter/hearth/inbox/{REGION}:*"},
        {"Effect": "Allow", "Action": "iot:Receive", "Resource": f"arn:aws:iot:{REGION}:*:topic/hearth/inbox/{REGION}:*"},
    ],
}


def main():
    idp, lender, iam = client("cognito-idp"), client("cognito-identity"), client("iam")
    pool = idp.create_user_pool(
        PoolName="Hearth", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    app = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
    )["UserPoolClient"]["ClientId"]
    issuer = f"cognito-idp.{REGION}.amazonaws.com/{pool}"
    identity_pool = lender.create_identity_pool(
        IdentityPoolName="Hearth",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": issuer, "ClientId": app}],
    )["IdentityPoolId"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": identity_pool}},
            }
        ],
    }
    role = iam.create_role(RoleName="person", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="person", PolicyName="inbox", PolicyDocument=json.dumps(POLICY))
    lender.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": role})
    print(json.dumps({"pool": pool, "client": app, "issuer": f"https://{issuer}", "identity_pool": identity_pool}))


main()
