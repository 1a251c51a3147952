//! The surface: what the one port for people answers, to pages and to others.

use anyhow::Result;
use hearth_contract::{features, host, rest::BODY_LIMIT};
use hearth_hub::{
    arguments::{Arguments, Mail},
    house::House,
    serve::CONTENT_POLICY,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Home {
    house: House,
    folder: TempDir,
    client: Client,
}

impl Home {
    async fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join("ui"))?;
        std::fs::write(
            folder.path().join("ui/index.html"),
            "<!doctype html><title>Hearth</title>",
        )?;
        let arguments = Arguments {
            sign_on: None,
            sign_on_here: false,
            releases: None,
            serials: None,
            serials_key: None,
            data: folder.path().join("data"),
            port: 0,
            ui: Some(folder.path().join("ui")),
            simulated: false,
            quiet: false,
            #[cfg(feature = "replay")]
            replay: None,
            mail: Mail::default(),
        };
        let house = House::open(arguments).await?;
        Ok(Self {
            house,
            folder,
            client: Client::new(),
        })
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.house.address()))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.house.address()))
    }

    async fn call(&self, name: &str, args: Value) -> Result<Value> {
        let call = json!({ "name": name, "call": "01900000-0000-7000-8000-000000000001", "args": args });
        Ok(self
            .post(host::CALL)
            .header("x-hearth", "page")
            .json(&call)
            .send()
            .await?
            .json()
            .await?)
    }

    async fn close(self) {
        self.house.close().await;
        drop(self.folder);
    }
}

fn text(response: &Response, name: header::HeaderName) -> String {
    response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn every_answer_carries_the_guards_and_pages_may_load_exactly_what_they_need() -> Result<()> {
    let home = Home::open().await?;
    for path in [
        "/",
        "/food",
        "/.well-known/hearth.json",
        "/v1/families",
        "/host/notices",
    ] {
        let response = home.get(path).send().await?;
        assert_eq!(
            text(&response, header::CONTENT_SECURITY_POLICY),
            CONTENT_POLICY,
            "{path}"
        );
        assert_eq!(text(&response, header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(text(&response, header::X_FRAME_OPTIONS), "DENY", "{path}");
        assert_eq!(text(&response, header::REFERRER_POLICY), "same-origin", "{path}");
    }
    home.close().await;
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_not_the_homes_is_turned_away() -> Result<()> {
    let home = Home::open().await?;
    let response = home.get("/").header(header::HOST, "evil.example").send().await?;
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
    home.close().await;
    Ok(())
}

#[tokio::test]
async fn a_foreign_page_can_not_call_and_the_cookie_stays_on_this_site() -> Result<()> {
    let home = Home::open().await?;
    let call = json!({ "name": "session.who", "call": "01900000-0000-7000-8000-000000000001", "args": {} });
    let foreign = home.post(host::CALL).json(&call).send().await?;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let ours = home
        .post(host::CALL)
        .header("x-hearth", "page")
        .json(&call)
        .send()
        .await?;
    let cookie = text(&ours, header::SET_COOKIE);
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let planted = home
        .post(host::CALL)
        .header("x-hearth", "page")
        .header(header::COOKIE, "hearth_session=mine");
    let planted = planted.json(&call).send().await?;
    assert!(
        text(&planted, header::SET_COOKIE).starts_with("hearth_session="),
        "a planted value is not taken"
    );
    home.close().await;
    Ok(())
}

#[tokio::test]
async fn every_command_names_the_field_that_is_missing_or_wrong() -> Result<()> {
    let home = Home::open().await?;
    for entry in features::all() {
        let Value::Object(fields) = (entry.sample)() else {
            unreachable!("samples are objects")
        };
        for name in fields.keys() {
            let mut wrong = fields.clone();
            wrong.insert(name.clone(), json!([[{}]]));
            let answer = home.call(entry.name, wrong.into()).await?;
            assert_eq!(
                answer["refused"]["kind"], "invalid_input",
                "{}.{name}: {answer}",
                entry.name
            );
            let field = answer["refused"]["field"].as_str().unwrap_or_default();
            assert_eq!(
                field.split(['.', '[']).next(),
                Some(name.as_str()),
                "{}: {answer}",
                entry.name
            );
        }
    }
    let answer = home.call("garden.water", json!({})).await?;
    assert_eq!(answer["refused"]["reason"], "command_unknown");
    home.close().await;
    Ok(())
}

#[tokio::test]
async fn nobody_gets_nothing() -> Result<()> {
    let home = Home::open().await?;
    for entry in features::all() {
        let Some((route, _)) = entry.goes.route() else { continue };
        let answer = home.call(entry.name, (entry.sample)()).await?;
        assert_eq!(
            answer["refused"]["reason"], "sign_in_needed",
            "{}: {answer}",
            entry.name
        );
        let path = route.path.replace(['{', '}'], "");
        let method = reqwest::Method::from_bytes(route.method.as_str().as_bytes())?;
        let url = format!("{}/v1{path}", home.house.address());
        let response = home
            .client
            .request(method, url)
            .bearer_auth("not-a-token")
            .send()
            .await?;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{}", entry.name);
    }
    home.close().await;
    Ok(())
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_paths_stay_inside() -> Result<()> {
    let home = Home::open().await?;
    let huge = home
        .post(host::CALL)
        .header("x-hearth", "page")
        .body(vec![b' '; BODY_LIMIT * 3])
        .send()
        .await?;
    assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/../data/home.json", "/%2e%2e/data/home.json", "/..%2fdata%2fhome.json"] {
        let body = home.get(path).send().await?.text().await?;
        assert!(!body.contains("devices_port"), "{path}: {body}");
    }
    let mail = home.get("/outbox/").send().await?.text().await?;
    assert!(
        mail.contains("<title>Hearth"),
        "a path without a file is the page: {mail}"
    );
    let state = home.get("/simulated/state").send().await?.text().await?;
    assert!(!state.contains("contents"), "no controls without --simulated: {state}");
    home.close().await;
    Ok(())
}

#[tokio::test]
async fn a_second_home_on_the_same_port_says_what_to_do() -> Result<()> {
    let home = Home::open().await?;
    let port = home.house.address().rsplit(':').next().unwrap_or_default().parse()?;
    let arguments = Arguments {
        sign_on: None,
        sign_on_here: false,
        releases: None,
        serials: None,
        serials_key: None,
        data: home.folder.path().join("other"),
        port,
        ui: None,
        simulated: false,
        quiet: false,
        #[cfg(feature = "replay")]
        replay: None,
        mail: Mail::default(),
    };
    let trouble = House::open(arguments)
        .await
        .err()
        .map(|trouble| trouble.to_string())
        .unwrap_or_default();
    assert!(
        trouble.contains(&port.to_string()) && trouble.contains("--port"),
        "{trouble}"
    );
    home.close().await;
    Ok(())
}
