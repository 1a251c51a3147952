"""What a maker's factory and backend do for one device in an AWS account, by AWS's
own control plane.

Its one argument is `{"endpoint": …, "region": …, "part": …}` and what the part
needs. `make` sets the account up and prints claim certificate and authority;
`let_in` waits for the device's inactive certificate and activates it; `retire`
revokes the one before its last; `give`
gives it jobs, `publish` puts a file where it may be fetched, `ended` waits for a
job's end; `obey` sets the device by its shadow and waits for its answer.
"""

import json
import sys
import time
import urllib.request
import uuid

from aws import client_of

WHERE = json.loads(sys.argv[1])
REGION = WHERE["region"]
client = client_of(WHERE)
TEMPLATE, ROTATION = "hearth-device", "hearth-rotation"
ACCOUNT = f"arn:aws:iot:{REGION}:*"


def policy(*statements):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": action, "Resource": [f"{ACCOUNT}:{resource}" for resource in resources]}
                for action, resources in statements
            ],
        }
    )


def until(what, ask):
    end = time.monotonic() + 40
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit(f"waited for {what}")


def template(status, more):
    """How a thing and its certificate are registered."""
    parameters = ["SerialNumber", "HardwareType", "AWS::IoT::Certificate::Id", *more]
    thing = {"Fn::Join": ["", ["fridge-", {"Ref": "SerialNumber"}]]}
    certificate = {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}, "Status": status}
    declared = {name: {"Type": "String"} for name in parameters}
    # Sent only by a device whose button was pressed.
    declared["Button"] = {"Type": "String", "Default": ""}
    return {
        "Parameters": declared,
        "Resources": {
            "thing": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": thing}},
            "certificate": {"Type": "AWS::IoT::Certificate", "Properties": certificate},
            "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": "device"}},
        },
    }


def make():
    iot, iam = client("iot"), client("iam")
    own = "${iot:Connection.Thing.ThingName}"
    spoken = [f"hearth/things/{own}/*", f"$aws/things/{own}/*"]
    spoken += ["$aws/certificates/create*", f"$aws/provisioning-templates/{ROTATION}/provision/*"]
    iot.create_policy(
        policyName="device",
        policyDocument=policy(
            ("iot:Connect", [f"client/{own}"]),
            (["iot:Publish", "iot:Receive"], [f"topic/{topic}" for topic in spoken]),
            ("iot:Subscribe", [f"topicfilter/{topic}" for topic in spoken]),
        ),
    )
    asked = ["$aws/certificates/create*", f"$aws/provisioning-templates/{TEMPLATE}/provision/*"]
    iot.create_policy(
        policyName="claim",
        policyDocument=policy(
            ("iot:Connect", ["client/claim-*"]),
            (["iot:Publish", "iot:Receive"], [f"topic/{topic}" for topic in asked]),
            ("iot:Subscribe", [f"topicfilter/{topic}" for topic in asked]),
        ),
    )
    trust = {"Effect": "Allow", "Principal": {"Service": "iot.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="factory", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="factory", PolicyName="things", PolicyDocument=json.dumps(allowed))
    for name, status, more in [(TEMPLATE, "INACTIVE", ["PairingSecret"]), (ROTATION, "ACTIVE", [])]:
        body = json.dumps(template(status, more))
        iot.create_provisioning_template(
            templateName=name, templateBody=body, enabled=True, provisioningRoleArn=role
        )
    client("s3").create_bucket(Bucket="releases", CreateBucketConfiguration={"LocationConstraint": REGION})
    claim = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName="claim", target=claim["certificateArn"])
    with urllib.request.urlopen(f"{WHERE['endpoint']}/_ministack/iot/ca.pem") as answer:
        authority = answer.read().decode()
    return {"ca": authority, "claim": claim["certificatePem"], "claim_key": claim["keyPair"]["PrivateKey"]}


def let_in():
    iot, thing = client("iot"), WHERE["thing"]

    def certificate():
        try:
            principals = iot.list_thing_principals(thingName=thing)["principals"]
        except iot.exceptions.ResourceNotFoundException:
            return None
        return principals and principals[0].rsplit("/", 1)[-1]

    found = until("the device's certificate", certificate)
    status = iot.describe_certificate(certificateId=found)["certificateDescription"]["status"]
    iot.update_certificate(certificateId=found, newStatus="ACTIVE")
    return {"was": status}


def retire():
    """Takes the device's oldest certificate away, as once its next one has come in."""
    iot = client("iot")
    principals = iot.list_thing_principals(thingName=WHERE["thing"])["principals"]
    found = [
        iot.describe_certificate(certificateId=principal.rsplit("/", 1)[-1])["certificateDescription"]
        for principal in principals
    ]
    active = sorted((one for one in found if one["status"] == "ACTIVE"), key=lambda one: one["creationDate"])
    if len(active) > 1:
        iot.update_certificate(certificateId=active[0]["certificateId"], newStatus="REVOKED")
    return {"active": len(active)}


def give():
    """Gives the thing these jobs, in this order."""
    iot, thing = client("iot"), WHERE["thing"]
    target = iot.describe_thing(thingName=thing)["thingArn"]
    for job, document in WHERE["jobs"].items():
        iot.create_job(jobId=job, targets=[target], document=json.dumps(document), targetSelection="SNAPSHOT")
    return {"given": len(WHERE["jobs"])}


def publish():
    """Puts a file where whoever has its address may read it for an hour."""
    s3, place = client("s3"), {"Bucket": "releases", "Key": WHERE["file"]}
    s3.put_object(**place, Body=WHERE["text"].encode())
    return {"url": s3.generate_presigned_url("get_object", Params=place, ExpiresIn=3600)}


def ended():
    """Waits for the end of the thing's job; how it ended, and why."""
    iot = client("iot")

    def found():
        one = iot.describe_job_execution(jobId=WHERE["job"], thingName=WHERE["thing"])["execution"]
        return one if one["status"] not in ("QUEUED", "IN_PROGRESS") else None

    one = until("the end of the job", found)
    details = one.get("statusDetails", {}).get("detailsMap", {})
    return {"status": one["status"], "why": details.get("why")}


def shadow():
    data = client("iot-data")
    try:
        return json.load(data.get_thing_shadow(thingName=WHERE["thing"])["payload"])["state"]
    except data.exceptions.ResourceNotFoundException:
        return {}


def obey():
    data, order = client("iot-data"), str(uuid.uuid4())
    before = until("the device's word", lambda: shadow().get("reported"))
    wish = {"fridge": WHERE["fridge"], "orders": {"fridge": order}}
    data.update_thing_shadow(thingName=WHERE["thing"], payload=json.dumps({"state": {"desired": wish}}))

    def answered():
        reported = shadow().get("reported", {})
        return reported if reported.get("answers", {}).get("fridge", {}).get("order") == order else None

    after = until("the device's answer", answered)
    return {"before": before["fridge"], "after": after["fridge"], "answer": after["answers"]["fridge"]}


PARTS = {part.__name__: part for part in [make, let_in, retire, give, publish, ended, obey]}
print(json.dumps(PARTS[WHERE["part"]]()))
