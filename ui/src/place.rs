//! Where one sits, in few words for the list of stays: `Firefox on Linux`. Read
//! from what the browser says of itself; what it hides stays empty.

/// Browsers by the mark they leave; those that pretend to be another come first.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// The place of a browser that calls itself so (`navigator.userAgent`).
#[must_use]
pub fn named(agent: &str) -> String {
    join(known(&BROWSERS, agent), known(&SYSTEMS, agent))
}

/// The place of the native window in which a web view calls itself so.
#[must_use]
pub fn window(agent: &str) -> String {
    join(Some("Hearth"), known(&SYSTEMS, agent))
}

fn known(marks: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    marks
        .iter()
        .find(|(mark, _)| agent.contains(mark))
        .map(|(_, name)| *name)
}

fn join(browser: Option<&str>, system: Option<&str>) -> String {
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (one, other) => one.or(other).unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_pretends_to_be_another_is_known_all_the_same() {
        let linux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(named(linux), "Chrome on Linux");
        assert_eq!(named(&format!("{linux} Edg/140.0")), "Edge on Linux");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Version/18.1 Safari/604";
        assert_eq!(named(phone), "Safari on iPhone");
        assert_eq!(window(linux), "Hearth on Linux");
    }

    #[test]
    fn what_is_hidden_stays_empty() {
        assert_eq!(named(""), "");
        assert_eq!(named("Firefox/140"), "Firefox");
    }
}
