-- +goose Up
-- Times are microseconds since 1970 in UTC; 0 means that it has not happened.

CREATE TABLE interventions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    target    TEXT NOT NULL,
    job       TEXT NOT NULL,
    run       TEXT NOT NULL,
    kind      TEXT NOT NULL,
    what      TEXT NOT NULL,
    processes TEXT NOT NULL, -- JSON array
    until     INTEGER NOT NULL,
    host      TEXT NOT NULL,
    pid       INTEGER NOT NULL,
    started   TEXT NOT NULL,
    user      TEXT NOT NULL,
    began     INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    outcome   TEXT NOT NULL,
    error     TEXT NOT NULL
) STRICT;
