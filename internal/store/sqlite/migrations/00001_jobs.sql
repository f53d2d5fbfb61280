-- +goose Up
-- Times are microseconds since 1970 in UTC; 0 means that it has not happened.

CREATE TABLE leases (
    target  TEXT NOT NULL,
    job     TEXT NOT NULL,
    token   TEXT NOT NULL,
    host    TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    started TEXT NOT NULL,
    user    TEXT NOT NULL,
    doing   TEXT NOT NULL,
    taken   INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (target, job)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    target  TEXT NOT NULL,
    job     TEXT NOT NULL,
    number  INTEGER NOT NULL,
    hash    TEXT NOT NULL,
    spec    TEXT NOT NULL,
    release TEXT NOT NULL,
    author  TEXT NOT NULL,
    message TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (target, job, number)
) STRICT;

CREATE TABLE runs (
    id            TEXT PRIMARY KEY,
    target        TEXT NOT NULL,
    job           TEXT NOT NULL,
    version       INTEGER NOT NULL,
    restored_from TEXT NOT NULL,
    reserved      INTEGER NOT NULL,
    submitted     INTEGER NOT NULL,
    state         TEXT NOT NULL,
    seen          INTEGER NOT NULL,
    started       INTEGER NOT NULL,
    ended         INTEGER NOT NULL,
    url           TEXT NOT NULL,
    reason        TEXT NOT NULL,
    checkpoint    TEXT NOT NULL,
    stopped_with  TEXT NOT NULL
) STRICT;

CREATE INDEX runs_of_job ON runs (target, job);

CREATE TABLE operations (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    target  TEXT NOT NULL,
    job     TEXT NOT NULL,
    kind    TEXT NOT NULL,
    intent  TEXT NOT NULL,
    host    TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    started TEXT NOT NULL,
    user    TEXT NOT NULL,
    message TEXT NOT NULL,
    began   INTEGER NOT NULL,
    ended   INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    error   TEXT NOT NULL
) STRICT;

CREATE INDEX operations_of_job ON operations (target, job);

CREATE TABLE steps (
    operation INTEGER NOT NULL REFERENCES operations (id),
    name      TEXT NOT NULL,
    position  INTEGER NOT NULL,
    began     INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    flink     INTEGER NOT NULL, -- microseconds
    result    TEXT NOT NULL,
    PRIMARY KEY (operation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE savepoints (
    path    TEXT PRIMARY KEY,
    target  TEXT NOT NULL,
    job     TEXT NOT NULL,
    run     TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    message TEXT NOT NULL,
    taken   INTEGER NOT NULL,
    removed INTEGER NOT NULL
) STRICT;

CREATE INDEX savepoints_of_job ON savepoints (target, job);
