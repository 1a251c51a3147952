"""A device by AWS's own SDK: its certificate by claim, its shadows, its jobs.

Its one argument is a JSON document: the broker's host, port and authority, the
folder for the device's own files, its serial number and pairing secret, and
which part of its life is to be lived: `provision`, `refused` or `live`.
"""

import json
import pathlib
import queue
import sys
import threading

from awscrt import mqtt5, mqtt_request_response
from awsiot import ServiceStreamOptions, V2ServiceException, iotidentity, iotjobs, iotshadow, mqtt5_client_builder

WITHIN_S = 15
TEMPLATE = "hearth-device"

home = json.loads(sys.argv[1])
folder = pathlib.Path(home["folder"])


def has(feature):
    """Whether the other side has this at all."""
    return feature not in home.get("lacks", [])


class Connection:
    """A connection that can be waited for, and is closed at the end."""

    def __init__(self, client_id, certificate, key):
        self.came = threading.Event()
        self.turned_away = threading.Event()
        self.stopped = threading.Event()
        self.client = mqtt5_client_builder.mtls_from_path(
            str(certificate),
            str(key),
            endpoint=home["host"],
            port=home["port"],
            ca_filepath=home["ca"],
            client_id=client_id,
            on_lifecycle_connection_success=lambda _: self.came.set(),
            on_lifecycle_connection_failure=lambda _: self.turned_away.set(),
            on_lifecycle_stopped=lambda _: self.stopped.set(),
        )

    def __enter__(self):
        self.client.start()
        return self

    def __exit__(self, *_):
        self.client.stop()
        # The client's own threads still call back, and must not find Python gone.
        self.stopped.wait(WITHIN_S)

    def is_in(self):
        assert self.came.wait(WITHIN_S), "not connected"

    def service(self, of):
        options = mqtt_request_response.ClientOptions(
            max_request_response_subscriptions=4,
            max_streaming_subscriptions=4,
            operation_timeout_in_seconds=WITHIN_S,
        )
        return of(self.client, options)


def done(future):
    return future.result(WITHIN_S)


def refused(future, code):
    """The operation is refused with this code, a number or a word."""
    try:
        future.result(WITHIN_S)
    except V2ServiceException as refusal:
        error = refusal.modeled_error
        given = getattr(error, "error_code", None) or getattr(error, "code", None)
        assert given == code, (given, code, error)
        return error
    raise AssertionError(f"it was not refused with {code}")


def kept(name, text):
    path = folder / name
    path.write_text(text)
    return path


def provision():
    """By claim, once with a key of its own and once with one that is given."""
    with Connection("claim-" + home["serial"], home["claim"], home["claim_key"]) as connection:
        connection.is_in()
        identity = connection.service(iotidentity.IotIdentityClientV2)
        if has("csr"):
            refused(
                identity.create_certificate_from_csr(
                    iotidentity.CreateCertificateFromCsrRequest(certificate_signing_request="none")
                ),
                "InvalidPayload",
            )
        if home.get("csr"):
            made = done(
                identity.create_certificate_from_csr(
                    iotidentity.CreateCertificateFromCsrRequest(certificate_signing_request=home["csr"])
                )
            )
            kept("own.key", home["own_key"])
        else:
            made = done(identity.create_keys_and_certificate(iotidentity.CreateKeysAndCertificateRequest()))
            kept("own.key", made.private_key)
        kept("own.pem", made.certificate_pem)

        def register(token, parameters):
            return identity.register_thing(
                iotidentity.RegisterThingRequest(
                    template_name=TEMPLATE, certificate_ownership_token=token, parameters=parameters
                )
            )

        parameters = {
            "SerialNumber": home["serial"],
            "HardwareType": "FR",
            "PairingSecret": home["secret"],
        }
        token = made.certificate_ownership_token
        refused(register(token, {"HardwareType": "FR"}), "InvalidParameters")
        refused(register("another token", parameters), "InvalidCertificateOwnershipToken")
        thing = done(register(token, parameters)).thing_name
        if has("single_use"):
            refused(register(token, parameters), "InvalidCertificateOwnershipToken")
        print(thing)


def turned_away():
    """While nobody has paired it."""
    with Connection(home["thing"], folder / "own.pem", folder / "own.key") as connection:
        assert connection.turned_away.wait(WITHIN_S), "it was let in"
        assert not connection.came.is_set()
        print("turned away")


def shadows(connection, thing):
    service = connection.service(iotshadow.IotShadowClientV2)
    deltas, subscribed = queue.Queue(), threading.Event()
    stream = service.create_named_shadow_delta_updated_stream(
        iotshadow.NamedShadowDeltaUpdatedSubscriptionRequest(thing_name=thing, shadow_name="probe"),
        ServiceStreamOptions(
            incoming_event_listener=deltas.put,
            subscription_status_listener=lambda _: subscribed.set(),
        ),
    )
    stream.open()
    assert subscribed.wait(WITHIN_S), "no subscription to deltas"

    def named(state, version=None):
        return service.update_named_shadow(
            iotshadow.UpdateNamedShadowRequest(thing_name=thing, shadow_name="probe", state=state, version=version)
        )

    get = iotshadow.GetNamedShadowRequest(thing_name=thing, shadow_name="probe")
    absent = refused(service.get_named_shadow(get), 404)
    if has("shadow_words"):
        assert absent.message == f"No shadow exists with name: '{thing}~probe'", absent.message
    changed = done(named(iotshadow.ShadowState(desired={"set": 4, "light": True}, reported={"set": 5})))
    assert changed.version == 1
    delta = deltas.get(timeout=WITHIN_S)
    assert delta.state == {"set": 4, "light": True}, delta.state
    refused(named(iotshadow.ShadowState(reported={"set": 4}), version=7), 409)
    done(named(iotshadow.ShadowState(reported={"set": 4, "light": True}), version=1))
    got = done(service.get_named_shadow(get))
    assert (got.version, got.state.delta, got.state.reported) == (2, None, {"set": 4, "light": True})
    assert got.metadata.reported["set"]["timestamp"] > 0
    deep = {"1": {"2": {"3": {"4": {"5": {"6": {"7": 1}}}}}}}
    if has("depth"):
        refused(named(iotshadow.ShadowState(reported=deep)), 400)
    done(
        service.delete_named_shadow(iotshadow.DeleteNamedShadowRequest(thing_name=thing, shadow_name="probe"))
    )
    refused(service.get_named_shadow(get), 404)

    classic = iotshadow.ShadowState(reported={"firmware": "1.0"})
    done(service.update_shadow(iotshadow.UpdateShadowRequest(thing_name=thing, state=classic)))
    got = done(service.get_shadow(iotshadow.GetShadowRequest(thing_name=thing)))
    assert got.state.reported == {"firmware": "1.0"}


def jobs(connection, thing):
    service = connection.service(iotjobs.IotJobsClientV2)
    pending = done(service.get_pending_job_executions(iotjobs.GetPendingJobExecutionsRequest(thing_name=thing)))
    assert [job.job_id for job in pending.queued_jobs] == ["first", "second"], pending.queued_jobs
    changes, subscribed = queue.Queue(), threading.Event()
    stream = service.create_next_job_execution_changed_stream(
        iotjobs.NextJobExecutionChangedSubscriptionRequest(thing_name=thing),
        ServiceStreamOptions(
            incoming_event_listener=changes.put,
            subscription_status_listener=lambda _: subscribed.set(),
        ),
    )
    stream.open()
    assert subscribed.wait(WITHIN_S), "no subscription to jobs"
    start = iotjobs.StartNextPendingJobExecutionRequest(thing_name=thing, status_details={"step": "begin"})
    begun = done(service.start_next_pending_job_execution(start)).execution
    assert (begun.job_id, begun.status, begun.job_document) == ("first", "IN_PROGRESS", {"do": "first"})

    def update(job, status, version=None):
        return service.update_job_execution(
            iotjobs.UpdateJobExecutionRequest(
                thing_name=thing, job_id=job, status=status, expected_version=version, include_job_execution_state=True
            )
        )

    refused(update("first", "SUCCEEDED", begun.version_number + 5), "VersionMismatch")
    ended = done(update("first", "SUCCEEDED", begun.version_number))
    assert ended.execution_state.status == "SUCCEEDED"
    assert changes.get(timeout=WITHIN_S).execution.job_id == "second"
    refused(update("first", "FAILED"), "InvalidStateTransition")
    described = done(
        service.describe_job_execution(iotjobs.DescribeJobExecutionRequest(thing_name=thing, job_id="second"))
    )
    assert described.execution.status == "QUEUED"
    done(update("second", "REJECTED"))
    # Nothing comes next: AWS's clients take an empty execution and none alike.
    after = changes.get(timeout=WITHIN_S).execution
    assert after is None or after.job_id is None, after
    refused(
        service.describe_job_execution(iotjobs.DescribeJobExecutionRequest(thing_name=thing, job_id="third")),
        "ResourceNotFound",
    )


def live():
    """Paired."""
    with Connection(home["thing"], folder / "own.pem", folder / "own.key") as connection:
        connection.is_in()
        shadows(connection, home["thing"])
        jobs(connection, home["thing"])
        print("lived")


{"provision": provision, "refused": turned_away, "live": live}[home["part"]]()
