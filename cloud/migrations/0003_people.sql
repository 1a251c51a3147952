-- Invitations: of the code only its digest (SHA-256, hexadecimal). `used` counts
-- up to `most`; `revoked_us` is 0 while it stands.
CREATE TABLE invitations (
    family CHAR(36) NOT NULL,
    invitation CHAR(36) NOT NULL,
    digest CHAR(64) NOT NULL,
    made_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    revoked_us BIGINT NOT NULL,
    most BIGINT NOT NULL,
    used BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, invitation)
);
CREATE UNIQUE INDEX invitations_by_digest ON invitations (digest);
CREATE INDEX invitations_by_age ON invitations (expires_us);

-- Codes that were no invitation's, by whoever tried them.
CREATE TABLE wrong_codes (
    person CHAR(36) NOT NULL,
    at_us BIGINT NOT NULL
);
CREATE INDEX wrong_codes_of_person ON wrong_codes (person, at_us);

-- Which lines of the journal the audit list shows, and what whoever did it was
-- called then; empty: the home itself, or a line from before this table.
CREATE TABLE audit (
    family CHAR(36) NOT NULL,
    seq BIGINT NOT NULL,
    name VARCHAR(320) NOT NULL,
    PRIMARY KEY (family, seq)
);
INSERT INTO audit (family, seq, name)
    SELECT family, seq, '' FROM journal
    WHERE body LIKE '%"event":{"family":%'
        OR body LIKE '%"event":{"device":{"paired":%'
        OR body LIKE '%"event":{"device":{"removed":%'
        OR body LIKE '%"event":{"live":{"looked":%';
