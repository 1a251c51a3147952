-- When a device's button was pressed, microseconds of real time; 0 if it was not, or that was used.
ALTER TABLE newcomers ADD COLUMN pressed_us BIGINT NOT NULL DEFAULT 0;
