//! Lists the drawings (`assets/foods/*.svg`) of the foods in the catalogue in one
//! table: these are what the simulated fridge can hold.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    let assets = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../assets");
    let (folder, catalogue) = (assets.join("foods"), assets.join("catalogue/foods.json"));
    println!("cargo:rerun-if-changed={}", folder.display());
    println!("cargo:rerun-if-changed={}", catalogue.display());
    // Without spaces, so that a key is found however the file is laid out.
    let catalogue: String = fs::read_to_string(catalogue)?.split_whitespace().collect();
    let mut drawn = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let key = path.file_stem().unwrap_or_default().to_string_lossy();
            if path.extension().is_some_and(|ending| ending == "svg") && catalogue.contains(&format!("\"key\":{key:?}"))
            {
                println!("cargo:rerun-if-changed={}", path.display());
                drawn.push(path.canonicalize()?);
            }
        }
    }
    drawn.sort();
    let mut table = String::from("const DRAWN: &[(&str, &str)] = &[\n");
    for path in drawn {
        let key = path.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(table, "    ({key:?}, include_str!({:?})),", path.display().to_string()).map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("foods.rs"),
        table,
    )
}
