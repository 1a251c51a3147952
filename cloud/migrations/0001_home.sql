-- A home and everything in it. Read by SQLite and MySQL alike: no type, clause
-- or function that only one of them knows. Instants are microseconds since the
-- epoch (…_us); `body` is a contract type as JSON; ids are UUIDs as text.

CREATE TABLE families (
    family CHAR(36) NOT NULL PRIMARY KEY,
    name VARCHAR(320) NOT NULL,
    zone VARCHAR(64) NOT NULL,
    seq BIGINT NOT NULL,
    made_us BIGINT NOT NULL
);

CREATE TABLE members (
    family CHAR(36) NOT NULL,
    person CHAR(36) NOT NULL,
    joined_us BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, person)
);
CREATE INDEX members_of_person ON members (person);

CREATE TABLE identities (
    identity VARCHAR(128) NOT NULL PRIMARY KEY,
    person CHAR(36) NOT NULL,
    heard_us BIGINT NOT NULL
);
CREATE INDEX identities_of_person ON identities (person);

CREATE TABLE journal (
    family CHAR(36) NOT NULL,
    seq BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, seq)
);

CREATE TABLE calls (
    call_id CHAR(36) NOT NULL PRIMARY KEY,
    person CHAR(36) NOT NULL,
    command VARCHAR(64) NOT NULL,
    digest CHAR(64) NOT NULL,
    reply MEDIUMTEXT NOT NULL,
    at_us BIGINT NOT NULL
);
CREATE INDEX calls_by_age ON calls (at_us);

CREATE TABLE messages (
    thing VARCHAR(128) NOT NULL,
    message CHAR(36) NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (thing, message)
);
CREATE INDEX messages_by_age ON messages (at_us);

CREATE TABLE jobs (
    job CHAR(36) NOT NULL PRIMARY KEY,
    lane VARCHAR(200) NOT NULL,
    due_us BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL
);
CREATE INDEX jobs_by_due ON jobs (due_us, job);

CREATE TABLE newcomers (
    serial VARCHAR(32) NOT NULL PRIMARY KEY,
    hardware VARCHAR(16) NOT NULL,
    secret CHAR(64) NOT NULL,
    used_step BIGINT NOT NULL,
    provisioned_us BIGINT NOT NULL
);

CREATE TABLE tries (
    family CHAR(36) NOT NULL,
    serial VARCHAR(32) NOT NULL,
    at_us BIGINT NOT NULL
);
CREATE INDEX tries_of_family ON tries (family, at_us);
CREATE INDEX tries_of_serial ON tries (serial, at_us);

CREATE TABLE devices (
    thing VARCHAR(128) NOT NULL PRIMARY KEY,
    family CHAR(36) NOT NULL,
    paired_us BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL
);
CREATE INDEX devices_of_family ON devices (family, paired_us);

CREATE TABLE pictures (
    family CHAR(36) NOT NULL,
    picture CHAR(36) NOT NULL,
    thing VARCHAR(128) NOT NULL,
    camera VARCHAR(32) NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (family, picture)
);
CREATE INDEX pictures_of_camera ON pictures (family, thing, camera, at_us);

CREATE TABLE items (
    family CHAR(36) NOT NULL,
    item CHAR(36) NOT NULL,
    food VARCHAR(48) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, item)
);
CREATE INDEX items_of_food ON items (family, food);

CREATE TABLE changes (
    family CHAR(36) NOT NULL,
    change_id CHAR(36) NOT NULL,
    at_us BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    applied MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, change_id)
);
CREATE INDEX changes_by_age ON changes (family, at_us);

CREATE TABLE readings (
    family CHAR(36) NOT NULL,
    thing VARCHAR(128) NOT NULL,
    at_us BIGINT NOT NULL,
    power_w DOUBLE NOT NULL,
    energy_wh DOUBLE NOT NULL,
    simulated BIGINT NOT NULL,
    PRIMARY KEY (family, thing, at_us)
);

CREATE TABLE alarms (
    family CHAR(36) NOT NULL,
    alarm CHAR(36) NOT NULL,
    thing VARCHAR(128) NOT NULL,
    raised_us BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, alarm)
);
