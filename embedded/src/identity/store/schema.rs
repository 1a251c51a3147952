//! The tables, by numbered steps that only go forward.

use sqlx::SqlitePool;

use super::StoreFailed;

/// Step n brings the file from version n to n + 1; steps are never edited.
const STEPS: &[&str] = &[
    "CREATE TABLE founding (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        issuer TEXT NOT NULL,
        pool_id TEXT NOT NULL,
        client_id TEXT NOT NULL,
        plain_client_id TEXT NOT NULL,
        identity_pool_id TEXT NOT NULL,
        pepper BLOB NOT NULL,
        id_key BLOB NOT NULL,
        access_key BLOB NOT NULL
    );
    CREATE TABLE account (
        sub TEXT PRIMARY KEY,
        mail TEXT NOT NULL UNIQUE,
        attributes TEXT NOT NULL,
        salt BLOB NOT NULL,
        verifier BLOB NOT NULL,
        confirmed INTEGER NOT NULL,
        made_at INTEGER NOT NULL
    );
    CREATE TABLE code (
        account TEXT NOT NULL REFERENCES account (sub) ON DELETE CASCADE,
        subject TEXT NOT NULL,
        digest BLOB NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (account, subject)
    );
    CREATE TABLE session (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL REFERENCES account (sub) ON DELETE CASCADE,
        client_id TEXT NOT NULL,
        signed_in_at INTEGER NOT NULL,
        revoked INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX session_account ON session (account);
    CREATE TABLE refresh (
        digest BLOB PRIMARY KEY,
        session TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
        expires_at INTEGER NOT NULL,
        rotated_at INTEGER
    );
    CREATE INDEX refresh_session ON refresh (session);
    CREATE TABLE federated (
        identity_id TEXT PRIMARY KEY,
        sub TEXT NOT NULL UNIQUE
    );
    CREATE TABLE lent (
        access_key TEXT PRIMARY KEY,
        secret TEXT NOT NULL,
        session_token TEXT NOT NULL,
        identity_id TEXT NOT NULL,
        sub TEXT NOT NULL,
        expires_at INTEGER NOT NULL
    )",
    "CREATE TABLE lent_to_thing (
        access_key TEXT PRIMARY KEY,
        secret TEXT NOT NULL,
        session_token TEXT NOT NULL,
        thing TEXT NOT NULL,
        certificate TEXT NOT NULL,
        expires_at INTEGER NOT NULL
    )",
    "ALTER TABLE session ADD COLUMN scope TEXT NOT NULL DEFAULT 'aws.cognito.signin.user.admin'",
    // Keys of an older file have no date: they are replaced at its next start.
    "ALTER TABLE founding ADD COLUMN keys_made_at INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE retired_key (
        public TEXT PRIMARY KEY,
        until INTEGER NOT NULL
    )",
    // Sessions as people see them, and what ends with one. Tokens of sessions
    // that had ended before run for an hour and five minutes at most.
    "ALTER TABLE session ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0;
    UPDATE session SET last_used_at = signed_in_at;
    ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
    ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
    ALTER TABLE lent ADD COLUMN session TEXT NOT NULL DEFAULT '';
    CREATE TABLE ended (
        session TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        until INTEGER NOT NULL
    );
    INSERT INTO ended (session, account, until)
        SELECT id, account, CAST(strftime('%s', 'now') AS INTEGER) + 3900
        FROM session WHERE revoked = 1;",
    // Second factors, passkeys, and an address that is to be proved.
    "CREATE TABLE totp (
        account TEXT PRIMARY KEY REFERENCES account (sub) ON DELETE CASCADE,
        secret BLOB,
        pending BLOB,
        enabled INTEGER NOT NULL DEFAULT 0,
        preferred INTEGER NOT NULL DEFAULT 0,
        last_step INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE recovery (
        account TEXT NOT NULL REFERENCES account (sub) ON DELETE CASCADE,
        digest BLOB NOT NULL,
        PRIMARY KEY (account, digest)
    );
    CREATE TABLE passkey (
        credential BLOB PRIMARY KEY,
        account TEXT NOT NULL REFERENCES account (sub) ON DELETE CASCADE,
        key BLOB NOT NULL,
        name TEXT NOT NULL,
        attachment TEXT NOT NULL,
        transports TEXT NOT NULL,
        sign_count INTEGER NOT NULL,
        made_at INTEGER NOT NULL
    );
    CREATE INDEX passkey_account ON passkey (account);
    ALTER TABLE account ADD COLUMN pending_mail TEXT;",
];

/// Brings the file up to date; each step and its number in one transaction.
pub async fn migrate(pool: &SqlitePool) -> Result<(), StoreFailed> {
    let mut unit = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS version (step INTEGER PRIMARY KEY)")
        .execute(&mut *unit)
        .await?;
    let done: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM version")
        .fetch_one(&mut *unit)
        .await?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(StoreFailed("the file was written by a newer version".to_owned()));
    }
    for (number, step) in STEPS.iter().enumerate().skip(done) {
        sqlx::raw_sql(*step).execute(&mut *unit).await?;
        sqlx::query("INSERT INTO version (step) VALUES (?)")
            .bind(number as i64)
            .execute(&mut *unit)
            .await?;
    }
    unit.commit().await?;
    Ok(())
}
