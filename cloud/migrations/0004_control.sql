-- What devices are set to and what was ordered: one row a property.
CREATE TABLE controls (
    family CHAR(36) NOT NULL,
    thing VARCHAR(128) NOT NULL,
    property VARCHAR(32) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (family, thing, property)
);

-- The latest version of a device's shadow that was heard.
CREATE TABLE shadows (
    family CHAR(36) NOT NULL,
    thing VARCHAR(128) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (family, thing)
);
