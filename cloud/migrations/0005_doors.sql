-- Doors that stand open, as far as their devices have said: one row an open door.
CREATE TABLE doors (
    family CHAR(36) NOT NULL,
    thing VARCHAR(128) NOT NULL,
    door VARCHAR(64) NOT NULL,
    opened_us BIGINT NOT NULL,
    PRIMARY KEY (family, thing, door)
);
