//! The identity's sign-in page as a browser without script uses it: shown,
//! filled in, sent.

use anyhow::{Context, Result, ensure};
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};

/// Where one was sent, with what.
pub struct SentBack {
    /// The address without its query.
    pub address: String,
    fields: Vec<(String, String)>,
}

impl SentBack {
    /// A parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&String> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// Opens the page at this address and sends its form; the client must follow
/// nothing by itself.
///
/// # Errors
/// There is no form, or whoever signs in is not sent back.
pub async fn fill(client: &Client, address: &str, mail: &str, password: &str) -> Result<SentBack> {
    let page = client.get(address).send().await?.error_for_status()?;
    let cookie = header(&page, SET_COOKIE)?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let page = page.text().await?;
    let token = attribute(&page, "name=\"token\" value=\"").context("no form")?;
    let action = attribute(&page, "action=\"").context("the form goes nowhere")?;
    let action = reqwest::Url::parse(address)?.join(&action.replace("&amp;", "&"))?;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("token", token), ("mail", mail), ("password", password)])
        .finish();
    let answer = client
        .post(action)
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await?;
    ensure!(answer.status() == StatusCode::SEE_OTHER, "{}", answer.status());
    let location = header(&answer, LOCATION)?;
    let (address, query) = location.split_once('?').context("sent back without an answer")?;
    Ok(SentBack {
        address: address.to_owned(),
        fields: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
    })
}

fn header(answer: &Response, name: reqwest::header::HeaderName) -> Result<String> {
    let value = answer.headers().get(&name).with_context(|| format!("no {name}"))?;
    Ok(value.to_str()?.to_owned())
}

/// What stands between this beginning and the next quote.
fn attribute<'a>(page: &'a str, begins: &str) -> Option<&'a str> {
    page.split_once(begins)?.1.split('"').next()
}
