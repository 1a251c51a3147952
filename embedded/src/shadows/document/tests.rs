//! Merging, versions and deltas, case by case.

use super::*;

fn change(payload: &Value) -> Change {
    Change::read(payload.to_string().as_bytes()).unwrap()
}

/// The document after these requests, a second apart from 100 on.
fn after(requests: &[Value]) -> Changed {
    let mut changed = None;
    let mut document = Document::default();
    for (at, request) in requests.iter().enumerate() {
        let next = document.change(&change(request), 100 + at as i64).unwrap();
        document = next.document.clone();
        changed = Some(next);
    }
    changed.unwrap()
}

fn refused(payload: &str) -> String {
    let refusal = Change::read(payload.as_bytes()).unwrap_err();
    let said = refusal.json(1);
    format!("{} {}", said["code"], said["message"].as_str().unwrap())
}

#[test]
fn what_is_given_is_merged_and_the_rest_stays() {
    let changed = after(&[
        json!({ "state": { "reported": { "fridge": { "is": 5, "set": 4 }, "modes": ["eco"] } } }),
        json!({ "state": { "reported": { "fridge": { "is": 6 }, "modes": ["quick", "eco"] } }, "clientToken": "t" }),
    ]);
    assert_eq!(
        Value::Object(changed.document.state.clone()),
        json!({ "reported": { "fridge": { "is": 6, "set": 4 }, "modes": ["quick", "eco"] } })
    );
    assert_eq!(
        Value::Object(changed.document.metadata.clone()),
        json!({ "reported": {
            "fridge": { "is": { "timestamp": 101 }, "set": { "timestamp": 100 } },
            "modes": [{ "timestamp": 101 }, { "timestamp": 101 }],
        } })
    );
    assert_eq!(
        changed.accepted,
        json!({
            "state": { "reported": { "fridge": { "is": 6 }, "modes": ["quick", "eco"] } },
            "metadata": { "reported": {
                "fridge": { "is": { "timestamp": 101 } }, "modes": [{ "timestamp": 101 }, { "timestamp": 101 }],
            } },
            "version": 2, "timestamp": 101, "clientToken": "t",
        })
    );
    assert_eq!(changed.delta, None);
    assert_eq!(changed.documents["previous"]["version"], 1);
    assert_eq!(changed.documents["current"]["state"]["reported"]["fridge"]["is"], 6);
}

#[test]
fn null_removes_a_member_or_a_half() {
    let first = json!({ "state": { "desired": { "a": 1, "b": { "c": 2 } }, "reported": { "a": 1 } } });
    let member = after(&[
        first.clone(),
        json!({ "state": { "desired": { "a": null, "b": { "c": null } } } }),
    ]);
    assert_eq!(
        Value::Object(member.document.state.clone()),
        json!({ "reported": { "a": 1 } })
    );
    assert_eq!(
        member.accepted["state"],
        json!({ "desired": { "a": null, "b": { "c": null } } })
    );
    assert_eq!(member.accepted["metadata"], json!({}));
    let half = after(&[first, json!({ "state": { "reported": null } })]);
    assert_eq!(half.document.metadata.keys().collect::<Vec<_>>(), ["desired"]);
    assert_eq!(half.delta.unwrap()["state"], json!({ "a": 1, "b": { "c": 2 } }));
}

#[test]
fn a_value_takes_the_place_of_an_object_and_the_other_way_round() {
    let changed = after(&[
        json!({ "state": { "reported": { "a": { "timestamp": 1 }, "b": 2 } } }),
        json!({ "state": { "reported": { "a": { "more": 1 }, "b": { "c": 3 } } } }),
        json!({ "state": { "reported": { "a": 4 } } }),
    ]);
    assert_eq!(
        Value::Object(changed.document.state),
        json!({ "reported": { "a": 4, "b": { "c": 3 } } })
    );
    assert_eq!(
        Value::Object(changed.document.metadata),
        json!({ "reported": { "a": { "timestamp": 102 }, "b": { "c": { "timestamp": 101 } } } })
    );
}

#[test]
fn the_delta_is_all_that_is_wanted_and_not_so_with_its_path() {
    let changed = after(&[
        json!({ "state": { "desired": { "set": { "fridge": 4, "freezer": -18 }, "modes": ["eco"] } } }),
        json!({ "state": { "reported": { "set": { "fridge": 4, "freezer": -20 }, "light": true } }, "clientToken": "x" }),
    ]);
    assert_eq!(
        changed.delta.unwrap(),
        json!({
            "state": { "set": { "freezer": -18 }, "modes": ["eco"] },
            "metadata": { "set": { "freezer": { "timestamp": 100 } }, "modes": [{ "timestamp": 100 }] },
            "version": 2, "timestamp": 101, "clientToken": "x",
        })
    );
    let got = changed.document.got(105, None);
    assert_eq!(
        got["state"]["delta"],
        json!({ "set": { "freezer": -18 }, "modes": ["eco"] })
    );
    assert_eq!((&got["version"], &got["timestamp"]), (&json!(2), &json!(105)));
}

#[test]
fn a_change_for_another_version_or_that_grows_too_large_changes_nothing() {
    let document = after(&[json!({ "state": { "desired": { "a": 1 } } })]).document;
    let said = |request: Value| {
        let refusal = document.change(&change(&request), 1).unwrap_err();
        refusal.json(1)
    };
    let late = said(json!({ "state": { "desired": { "a": 2 } }, "version": 7, "clientToken": "t" }));
    assert_eq!(
        late,
        json!({ "code": 409, "message": "Version conflict", "timestamp": 1, "clientToken": "t" })
    );
    let large = said(json!({ "state": { "desired": { "a": "x".repeat(9000) } } }));
    assert_eq!(large["code"], 413);
    assert!(
        document
            .change(&change(&json!({ "state": { "desired": { "a": 2 } }, "version": 1 })), 1)
            .is_ok()
    );
}

#[test]
fn every_malformed_request_has_its_complaint() {
    for (payload, complaint) in [
        ("{", "400 Invalid JSON"),
        ("[]", "400 Invalid JSON"),
        ("{}", "400 Missing required node: state"),
        (r#"{"state":1}"#, "400 State node must be an object"),
        (r#"{"state":{"desired":1}}"#, "400 Desired node must be an object"),
        (r#"{"state":{"reported":[]}}"#, "400 Reported node must be an object"),
        (
            r#"{"state":{"delta":{}}}"#,
            "400 State contains an invalid node: 'delta'",
        ),
        (
            r#"{"state":{"desired":{"a":{"b":[1,null]}}}}"#,
            "400 State contains an invalid node: 'b'",
        ),
        (r#"{"state":{},"version":"1"}"#, "400 Invalid version"),
        (r#"{"state":{},"version":-1}"#, "400 Invalid version"),
        (r#"{"state":{},"clientToken":1}"#, "400 Invalid clientToken"),
        (
            r#"{"state":{"desired":{"1":{"2":{"3":{"4":{"5":{"6":{"7":1}}}}}}}}}"#,
            "400 JSON contains too many levels of nesting; maximum is 6",
        ),
    ] {
        assert_eq!(refused(payload), complaint, "{payload}");
    }
    let six = r#"{"state":{"desired":{"1":{"2":{"3":{"4":{"5":{"6":1}}}}}}}}"#;
    assert!(Change::read(six.as_bytes()).is_ok());
    let long = format!(r#"{{"state":{{}},"clientToken":"{}"}}"#, "x".repeat(65));
    assert_eq!(refused(&long), "400 Invalid clientToken");
    let refusal = Change::read(b"\xff").unwrap_err();
    assert_eq!(refusal.json(1)["code"], 415);
}

#[test]
fn a_reader_may_send_nothing_or_a_token() {
    assert_eq!(Head::read(b"").unwrap().token, None);
    assert_eq!(
        Head::read(br#"{"clientToken":"t","version":3}"#)
            .unwrap()
            .token
            .as_deref(),
        Some("t")
    );
    assert!(Head::read(b"nonsense").is_err());
}
