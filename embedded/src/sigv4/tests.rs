//! Signatures against the published examples, and what must be refused.

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const HOST: &[(&str, &str)] = &[("host", "examplebucket.s3.amazonaws.com")];
const S3: Scope<'_> = Scope {
    region: "us-east-1",
    service: "s3",
};
const IOT: Scope<'_> = Scope {
    region: "local-1",
    service: IOT_GATEWAY,
};
const LASTING: Key<'_> = Key {
    secret: SECRET,
    session_token: None,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Amazon S3 API Reference, "Authenticating requests: using query parameters".
fn example() -> Presign<'static> {
    Presign {
        method: "GET",
        path: "/test.txt",
        headers: HOST,
        access_key: "AKIAIOSFODNN7EXAMPLE",
        key: LASTING,
        scope: S3,
        at: at("2013-05-24T00:00:00Z"),
        expires: 86400,
    }
}

fn judge(query: &str, change: impl FnOnce(&mut Request<'_>), key: &Key<'_>, now: &str) -> Result<(), Refusal> {
    let mut request = Request {
        method: "GET",
        path: "/test.txt",
        query,
        headers: HOST,
    };
    change(&mut request);
    Signed::in_query(request)?.verify(key, &S3, UNSIGNED_PAYLOAD, at(now))
}

#[test]
fn the_published_url_is_signed_alike() {
    let query = presign(&example()).unwrap();
    assert!(query.ends_with("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
    let request = Request {
        method: "GET",
        path: "/test.txt",
        query: &query,
        headers: HOST,
    };
    assert_eq!(Signed::in_query(request).unwrap().access_key(), "AKIAIOSFODNN7EXAMPLE");
}

#[test]
fn a_url_is_good_for_what_and_how_long_it_was_signed() {
    let query = presign(&example()).unwrap();
    let noon = "2013-05-24T12:00:00Z";
    assert_eq!(judge(&query, |_| {}, &LASTING, noon), Ok(()));
    assert_eq!(judge(&query, |_| {}, &LASTING, "2013-05-23T23:56:00Z"), Ok(()));
    assert_eq!(
        judge(&query, |_| {}, &LASTING, "2013-05-23T23:54:00Z"),
        Err(Refusal::Skewed)
    );
    assert_eq!(
        judge(&query, |_| {}, &LASTING, "2013-05-25T00:00:01Z"),
        Err(Refusal::Expired)
    );
    assert_eq!(
        judge(&query, |r| r.method = "PUT", &LASTING, noon),
        Err(Refusal::Mismatch)
    );
    assert_eq!(
        judge(&query, |r| r.path = "/other.txt", &LASTING, noon),
        Err(Refusal::Mismatch)
    );
    assert_eq!(
        judge(&query, |r| r.headers = &[("host", "evil")], &LASTING, noon),
        Err(Refusal::Mismatch)
    );
    let other = Key {
        secret: "other",
        session_token: None,
    };
    assert_eq!(judge(&query, |_| {}, &other, noon), Err(Refusal::Mismatch));
    let longer = query.replace("X-Amz-Expires=86400", "X-Amz-Expires=604800");
    assert_eq!(judge(&longer, |_| {}, &LASTING, noon), Err(Refusal::Mismatch));
    let elsewhere = Scope {
        region: "eu-west-1",
        service: "s3",
    };
    let request = Request {
        method: "GET",
        path: "/test.txt",
        query: &query,
        headers: HOST,
    };
    let signed = Signed::in_query(request).unwrap();
    assert_eq!(
        signed.verify(&LASTING, &elsewhere, UNSIGNED_PAYLOAD, at(noon)),
        Err(Refusal::Elsewhere)
    );
}

#[test]
fn half_a_signature_is_malformed() {
    let query = presign(&example()).unwrap();
    let check = |query: &str, refusal| {
        assert_eq!(
            judge(query, |_| {}, &LASTING, "2013-05-24T12:00:00Z"),
            Err(refusal),
            "{query}"
        );
    };
    check("", Refusal::Unsigned);
    check("a=b", Refusal::Unsigned);
    check(&query.replace("X-Amz-Date", "X-Amz-Data"), Refusal::Malformed);
    check(&format!("{query}&X-Amz-Expires=5"), Refusal::Malformed);
    check(&query.replace("=86400", "=0"), Refusal::Malformed);
    check(&query.replace("=86400", "=9999999"), Refusal::Malformed);
    check(
        &query.replace("SignedHeaders=host", "SignedHeaders=date"),
        Refusal::Malformed,
    );
    check(&query.replace("T000000Z", "T990000Z"), Refusal::Malformed);
    check(&format!("{query}&%zz=1"), Refusal::Malformed);
    check(&format!("{query}&extra=1"), Refusal::Mismatch);
}

#[test]
fn the_gateway_takes_a_session_token_that_was_appended_after_signing() {
    let headers = &[("host", "localhost:8883")];
    let lasting = Presign {
        path: "/mqtt",
        headers,
        scope: IOT,
        ..example()
    };
    let signed = presign(&lasting).unwrap();
    let query = format!("{signed}&X-Amz-Security-Token=tok%2Fen%2B%3D%3D");
    let request = Request {
        method: "GET",
        path: "/mqtt",
        query: &query,
        headers,
    };
    let key = Key {
        secret: SECRET,
        session_token: Some("tok/en+=="),
    };
    let nothing = payload_digest(b"");
    let judge = |key: &Key<'_>, query: &str| {
        let signed = Signed::in_query(Request { query, ..request })?;
        signed.verify(key, &IOT, &nothing, at("2013-05-24T00:00:30Z"))
    };
    assert_eq!(judge(&key, &query), Ok(()));
    assert_eq!(judge(&key, &signed), Err(Refusal::WrongToken));
    let stolen = Key {
        secret: SECRET,
        session_token: Some("another"),
    };
    assert_eq!(judge(&stolen, &query), Err(Refusal::WrongToken));
    let own = presign(&Presign { key, ..lasting }).unwrap();
    assert_eq!(judge(&key, &own), Ok(()));
}

#[test]
fn paths_and_queries_are_read_however_they_were_encoded() {
    let wanted = Presign {
        method: "PUT",
        path: "/a%20b/%E9%B8%A1%E8%9B%8B.jpg",
        ..example()
    };
    let query = presign(&wanted).unwrap();
    let request = |path| Request {
        method: "PUT",
        path,
        query: &query,
        headers: HOST,
    };
    for path in ["/a%20b/%E9%B8%A1%E8%9B%8B.jpg", "/a b/%e9%b8%a1%e8%9b%8b%2ejpg"] {
        let signed = Signed::in_query(request(path)).unwrap();
        assert_eq!(
            signed.verify(&LASTING, &S3, UNSIGNED_PAYLOAD, wanted.at),
            Ok(()),
            "{path}"
        );
    }
}

/// Amazon S3 API Reference, "Signature calculations for the authorization
/// header", GET object with a range.
#[test]
fn the_published_header_is_judged_good() {
    let empty = payload_digest(b"");
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    let headers = [
        ("host", "examplebucket.s3.amazonaws.com"),
        ("authorization", authorization),
        ("range", "bytes=0-9"),
        ("x-amz-content-sha256", empty.as_str()),
        ("x-amz-date", "20130524T000000Z"),
    ];
    let request = Request {
        method: "GET",
        path: "/test.txt",
        query: "",
        headers: &headers,
    };
    let judge = |now| Signed::in_headers(request)?.verify(&LASTING, &S3, &empty, at(now));
    assert_eq!(judge("2013-05-24T00:04:00Z"), Ok(()));
    assert_eq!(judge("2013-05-24T00:06:00Z"), Err(Refusal::Skewed));
    assert_eq!(
        Signed::in_headers(Request {
            headers: HOST,
            ..request
        })
        .err(),
        Some(Refusal::Unsigned)
    );
}

/// Computed by botocore, which signs the content type and the token as well.
#[test]
fn urls_and_headers_that_botocore_signed_are_judged_good() {
    let key = Key {
        secret: "sEcReT/kEy+1",
        session_token: Some("tok/en+=="),
    };
    let now = at("2026-11-07T09:05:10Z");
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLE%2F20261107%2Flocal-1%2Fs3%2Faws4_request\
&X-Amz-Date=20261107T090500Z&X-Amz-Expires=600&X-Amz-SignedHeaders=content-type%3Bhost\
&X-Amz-Security-Token=tok%2Fen%2B%3D%3D\
&X-Amz-Signature=50ec75193590b85642d18d9549e1c022ec4396f939b25aa1803ada63fd6ff890";
    let put = |kind| {
        let headers = [("host", "localhost:8080"), ("content-type", kind)];
        let path = "/objects/a%20b/%E9%B8%A1.jpg";
        let request = Request {
            method: "PUT",
            path,
            query,
            headers: &headers,
        };
        let scope = Scope {
            region: "local-1",
            service: "s3",
        };
        Signed::in_query(request)?.verify(&key, &scope, UNSIGNED_PAYLOAD, now)
    };
    assert_eq!(put("image/jpeg"), Ok(()));
    assert_eq!(put("text/html"), Err(Refusal::Mismatch));
    let authorization = "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20261107/local-1/execute-api/aws4_request, \
SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
Signature=c5a314d414bfe441cb9f952e9a54bcc58a33fa39fa4d61ff63414751f06ffd38";
    let post = |body: &[u8], token| {
        let headers = [
            ("host", "localhost:8080"),
            ("content-type", "application/json"),
            ("x-amz-date", "20261107T090500Z"),
            ("x-amz-security-token", token),
            ("authorization", authorization),
        ];
        let request = Request {
            method: "POST",
            path: "/signed/v1/families/a%20b",
            query: "x=1&b=%2F&a=",
            headers: &headers,
        };
        let scope = Scope {
            region: "local-1",
            service: "execute-api",
        };
        Signed::in_headers(request)?.verify(&key, &scope, &payload_digest(body), now)
    };
    assert_eq!(post(b"{\"hello\":1}", "tok/en+=="), Ok(()));
    assert_eq!(post(b"{\"hello\":2}", "tok/en+=="), Err(Refusal::Mismatch));
    assert_eq!(post(b"{\"hello\":1}", "other"), Err(Refusal::WrongToken));
}
