-- Whoever calls may be a thing, whose name is longer than a person's id. A
-- column can't be widened in words that both databases read: the answers move.

CREATE TABLE calls_of_principals (
    call_id CHAR(36) NOT NULL PRIMARY KEY,
    principal VARCHAR(128) NOT NULL,
    command VARCHAR(64) NOT NULL,
    digest CHAR(64) NOT NULL,
    reply MEDIUMTEXT NOT NULL,
    at_us BIGINT NOT NULL
);
INSERT INTO calls_of_principals (call_id, principal, command, digest, reply, at_us)
    SELECT call_id, person, command, digest, reply, at_us FROM calls;
DROP TABLE calls;
ALTER TABLE calls_of_principals RENAME TO calls;
CREATE INDEX calls_by_age ON calls (at_us);

-- The fridge a tablet hangs on, and whether that fridge's word still brings it
-- in (1) or a member must scan its code (0), because the family once put it out.
CREATE TABLE tablets (
    serial VARCHAR(32) NOT NULL PRIMARY KEY,
    fridge VARCHAR(32) NOT NULL,
    vouched BIGINT NOT NULL
);
