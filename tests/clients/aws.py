"""A maker's AWS account, as its root reaches it."""

import boto3


def client_of(where):
    """Makes clients of the account at `{"endpoint": …, "region": …}`, by a service's name."""

    def client(service):
        # The account's root, which is `test` at ministack.
        return boto3.client(
            service,
            region_name=where["region"],
            endpoint_url=where["endpoint"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    return client
