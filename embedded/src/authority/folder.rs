//! The authority's files: a certificate and its key by one name each, readable
//! by the owner only, and never half written.

use std::{fs, io, path::Path};

use super::AuthorityFailed;

/// A certificate and its key, PEM.
pub struct Pair {
    /// The certificate.
    pub cert_pem: String,
    /// Its private key, PKCS#8.
    pub key_pem: String,
}

/// Makes the folder, for its owner only.
pub fn private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// The pair kept as `{name}.pem` and `{name}.key`; made and kept if there is
/// none. The certificate is written last: without it the key counts for nothing.
pub fn kept_or(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> Result<Pair, rcgen::Error>,
) -> Result<Pair, AuthorityFailed> {
    let cert = folder.join(format!("{name}.pem"));
    let key = folder.join(format!("{name}.key"));
    if cert.try_exists()? {
        return Ok(Pair {
            cert_pem: fs::read_to_string(cert)?,
            key_pem: fs::read_to_string(key)?,
        });
    }
    let pair = make()?;
    write(&key, &pair.key_pem)?;
    write(&cert, &pair.cert_pem)?;
    fs::File::open(folder)?.sync_all()?;
    Ok(pair)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    let coming = path.with_extension("coming");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&coming)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(coming, path)
}
