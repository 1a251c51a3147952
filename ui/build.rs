//! Turns the locales and the food catalogue into constants: a key that no locale
//! has, a sentence that is missing in one language, or a gap (`{name}`) that only
//! one of them has stops the build. It translates nothing and picks no language.

use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs, path::Path};

type Sentences = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let assets = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../assets");
    let out = env::var("OUT_DIR")?;
    words(&assets.join("locales"), &Path::new(&out).join("words.rs"))?;
    foods(&assets, &Path::new(&out).join("foods.rs"))
}

fn words(locales: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", locales.display());
    let (en, zh) = (read(&locales.join("en.json"))?, read(&locales.join("zh.json"))?);
    if let Some(key) = zh.keys().find(|key| !en.contains_key(*key)) {
        return Err(format!("zh.json has `{key}`, en.json has not").into());
    }
    let mut code = String::new();
    let mut reasons = String::new();
    for (key, english) in &en {
        let chinese = zh.get(key).ok_or(format!("zh.json has no `{key}`"))?;
        if gaps(english) != gaps(chinese) {
            return Err(format!("`{key}` has other gaps in the two languages").into());
        }
        let text = format!("Text {{ en: {english:?}, zh: {chinese:?} }}");
        if let Some(reason) = key.strip_prefix("reason.") {
            writeln!(reasons, "        {reason:?} => {text},")?;
        } else {
            let name = key.to_uppercase().replace(['.', '-'], "_");
            writeln!(code, "/// {english}\npub const {name}: Text = {text};")?;
        }
    }
    write!(
        code,
        "/// `reason.says` or `reason.next`, by the reason's key.\npub fn of_reason(key: &str) -> Option<Text> {{\n    Some(match key {{\n{reasons}        _ => return None,\n    }})\n}}\n"
    )?;
    Ok(fs::write(out, code)?)
}

/// The catalogue as a table; a food without a drawing of its own is drawn as its group.
fn foods(assets: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let catalogue = assets.join("catalogue/foods.json");
    println!("cargo:rerun-if-changed={}", catalogue.display());
    let foods: Vec<serde_json::Value> = serde_json::from_str(&fs::read_to_string(&catalogue)?)?;
    let mut code = "/// Every food of the catalogue.\npub const FOODS: &[Food] = &[\n".to_owned();
    for food in &foods {
        let text = |name: &str| food[name].as_str().ok_or(format!("a food has no `{name}`"));
        let (key, group) = (text("key")?, format!("group-{}", text("group")?));
        let drawing = if assets.join(format!("foods/{key}.svg")).exists() {
            key
        } else {
            &group
        };
        let aliases: Vec<&str> = food["aliases"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|alias| alias.as_str())
            .collect();
        writeln!(
            code,
            "    Food {{ key: {key:?}, en: {:?}, one: {:?}, zh: {:?}, drawing: {drawing:?}, aliases: &{aliases:?} }},",
            text("en")?,
            text("one")?,
            text("zh")?
        )?;
    }
    code.push_str("];\n");
    Ok(fs::write(out, code)?)
}

fn read(path: &Path) -> Result<Sentences, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// The names between braces, sorted.
fn gaps(sentence: &str) -> Vec<&str> {
    let mut all: Vec<&str> = sentence
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect();
    all.sort_unstable();
    all
}
