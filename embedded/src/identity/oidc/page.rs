//! The sign-in page: plain HTML that works without script, in the looks of the
//! house. It draws what it is given and decides nothing. Only a passkey needs
//! the script; its button is hidden without.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{guard, words::Language};

/// The tokens and the base of the ui, and what only this page needs.
const STYLE: &str = concat!(
    "@layer base, page;\n",
    include_str!("../../../../assets/styles/tokens.css"),
    include_str!("../../../../assets/styles/base.css"),
    include_str!("page.css"),
);

/// Asks the browser for a passkey.
const SCRIPT: &str = include_str!("page.js");

/// The flame of the house, as `assets/icons/flame.svg` has it.
const FLAME: &str = include_str!("../../../../assets/icons/flame.svg");

/// The form, once more or for the first time.
pub struct Page<'a> {
    /// In which language.
    pub language: Language,
    /// What was asked; the form takes it along.
    pub query: &'a str,
    /// Binds the form to its browser.
    pub token: &'a str,
    /// Filled in already.
    pub mail: &'a str,
    /// Whether it has a field for a second factor.
    pub asks_code: bool,
    /// Whether one can sign in by passkey here.
    pub takes_passkeys: bool,
    /// Why it is shown once more; a key.
    pub trouble: Option<&'static str>,
    /// Where whoever does not want to goes.
    pub cancel: &'a str,
    /// Where the form may end, as a source of a content policy.
    pub end: &'a str,
}

impl Page<'_> {
    /// The page as an answer.
    pub fn response(&self) -> Response {
        let say = |key| self.language.say(key);
        let mut body = String::new();
        let mut put = |piece: String| body.push_str(&piece);
        put(format!(
            "<h1>{}</h1><p>{}</p>",
            escaped(say("sign_on.welcome")),
            escaped(say("sign_on.why"))
        ));
        if let Some(trouble) = self.trouble {
            put(format!(
                "<p id=\"trouble\" role=\"alert\">{}</p>",
                escaped(self.language.say(trouble))
            ));
        }
        let described = if self.trouble.is_some() {
            " aria-describedby=\"trouble\""
        } else {
            ""
        };
        put(format!(
            "<form method=\"post\" action=\"/oauth2/authorize?{}\">",
            escaped(self.query)
        ));
        put(format!(
            "<input type=\"hidden\" name=\"token\" value=\"{}\">",
            escaped(self.token)
        ));
        put(format!(
            "<label>{}<input type=\"email\" name=\"mail\" value=\"{}\" autocomplete=\"username\" maxlength=\"128\" required{}{described}></label>",
            escaped(say("sign_on.mail")),
            escaped(self.mail),
            if self.mail.is_empty() { " autofocus" } else { "" },
        ));
        put(format!(
            "<label>{}<input type=\"password\" name=\"password\" autocomplete=\"current-password\" maxlength=\"256\" required{}{described}></label>",
            escaped(say("sign_on.password")),
            if self.mail.is_empty() { "" } else { " autofocus" },
        ));
        if self.asks_code {
            put(format!(
                "<label>{}<input type=\"text\" name=\"code\" autocomplete=\"one-time-code\" maxlength=\"32\" spellcheck=\"false\"{described}></label>",
                escaped(say("sign_on.code")),
            ));
        }
        put(format!(
            "<button type=\"submit\">{}</button>",
            escaped(say("sign_on.do"))
        ));
        if self.takes_passkeys {
            put(format!(
                "<input type=\"hidden\" name=\"session\"><input type=\"hidden\" name=\"credential\">\
                 <button type=\"button\" id=\"passkey\" hidden>{}</button>\
                 <p id=\"no-passkey\" role=\"alert\" hidden>{}</p>",
                escaped(say("sign_on.passkey")),
                escaped(say("sign_on.passkey_unused")),
            ));
        }
        put("</form>".to_owned());
        put(format!(
            "<a href=\"{}\">{}</a>",
            escaped(self.cancel),
            escaped(say("sign_on.cancel"))
        ));
        framed(self.language, &body, Some(self.end))
    }
}

/// Said when nobody may be sent anywhere.
pub fn stranger(language: Language) -> Response {
    let body = format!(
        "<h1>{}</h1><p>{}</p>",
        escaped(language.say("sign_on.stranger")),
        escaped(language.say("sign_on.stranger_next"))
    );
    let mut response = framed(language, &body, None);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// `GET /oauth2/sign-in.css`
pub async fn style() -> impl IntoResponse {
    kept("text/css; charset=utf-8", STYLE)
}

/// `GET /oauth2/sign-in.js`
pub async fn script() -> impl IntoResponse {
    kept("text/javascript; charset=utf-8", SCRIPT)
}

fn kept(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, text)
}

fn framed(language: Language, body: &str, end: Option<&str>) -> Response {
    let script = match end {
        Some(_) => "<script src=\"/oauth2/sign-in.js\" defer></script>",
        None => "",
    };
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{} · Hearth</title>\
         <link rel=\"stylesheet\" href=\"/oauth2/sign-in.css\">{script}</head>\
         <body><main><span aria-hidden=\"true\">{FLAME}</span>{body}</main></body></html>",
        language.tag(),
        escaped(language.say("sign_on.title")),
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, guard::page_policy(end)),
    ];
    (headers, html).into_response()
}

/// For text and for quoted attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
