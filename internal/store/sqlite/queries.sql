-- name: Jobs :many
SELECT DISTINCT target, job FROM versions ORDER BY target, job;

-- name: Lease :one
SELECT * FROM leases WHERE target = ? AND job = ?;

-- name: PutLease :exec
INSERT OR REPLACE INTO leases (target, job, token, host, pid, started, user, doing, taken, expires)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: DeleteLease :exec
DELETE FROM leases WHERE target = ? AND job = ?;

-- name: Version :one
SELECT * FROM versions WHERE target = ? AND job = ? AND number = ?;

-- name: Versions :many
SELECT * FROM versions WHERE target = ? AND job = ? ORDER BY number DESC;

-- name: NewestVersion :many
SELECT * FROM versions WHERE target = ? AND job = ? ORDER BY number DESC LIMIT 1;

-- name: AddVersion :one
INSERT INTO versions (target, job, number, hash, spec, release, author, message, created)
VALUES (
    sqlc.arg(target), sqlc.arg(job),
    (SELECT COALESCE(MAX(v.number), 0) + 1 FROM versions v WHERE v.target = sqlc.arg(target) AND v.job = sqlc.arg(job)),
    sqlc.arg(hash), sqlc.arg(spec), sqlc.arg(release), sqlc.arg(author), sqlc.arg(message), sqlc.arg(created)
)
RETURNING number;

-- name: Run :one
SELECT * FROM runs WHERE id = ?;

-- name: Runs :many
SELECT * FROM runs WHERE target = ? AND job = ? ORDER BY rowid DESC;

-- name: NewestRun :many
SELECT * FROM runs WHERE target = ? AND job = ? AND submitted <> 0 ORDER BY rowid DESC LIMIT 1;

-- name: PutRun :exec
INSERT INTO runs (id, target, job, version, restored_from, reserved, submitted, state, seen, started, ended, url, reason,
    checkpoint, stopped_with)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    restored_from = excluded.restored_from, submitted = excluded.submitted, state = excluded.state, seen = excluded.seen,
    started = excluded.started, ended = excluded.ended, url = excluded.url, reason = excluded.reason,
    checkpoint = excluded.checkpoint, stopped_with = excluded.stopped_with;

-- name: Operation :one
SELECT * FROM operations WHERE id = ?;

-- name: Operations :many
SELECT * FROM operations WHERE target = ? AND job = ? ORDER BY id DESC;

-- name: NewestOperation :many
SELECT * FROM operations WHERE target = ? AND job = ? ORDER BY id DESC LIMIT 1;

-- name: AddOperation :one
INSERT INTO operations (target, job, kind, intent, host, pid, started, user, message, began, ended, outcome, error)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '')
RETURNING id;

-- name: EndOperation :execrows
UPDATE operations SET ended = ?, outcome = ?, error = ? WHERE id = ? AND ended = 0;

-- name: Steps :many
SELECT * FROM steps WHERE operation = ? ORDER BY position;

-- name: StepsOfJob :many
SELECT s.* FROM steps s JOIN operations o ON o.id = s.operation
WHERE o.target = ? AND o.job = ? ORDER BY s.operation, s.position;

-- name: PutStep :exec
INSERT INTO steps (operation, name, position, began, ended, flink, result)
VALUES (
    sqlc.arg(operation), sqlc.arg(name),
    (SELECT COUNT(*) FROM steps s WHERE s.operation = sqlc.arg(operation)),
    sqlc.arg(began), sqlc.arg(ended), sqlc.arg(flink), sqlc.arg(result)
)
ON CONFLICT (operation, name) DO UPDATE SET
    began = excluded.began, ended = excluded.ended, flink = excluded.flink, result = excluded.result;

-- name: Savepoints :many
SELECT * FROM savepoints WHERE target = ? AND job = ? ORDER BY taken DESC, path;

-- name: PutSavepoint :exec
INSERT INTO savepoints (path, target, job, run, version, kind, message, taken, removed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET removed = excluded.removed;

-- name: Interventions :many
SELECT * FROM interventions
WHERE sqlc.arg(job) = '' OR (target = sqlc.arg(target) AND job = sqlc.arg(job)) ORDER BY id DESC;

-- name: AddIntervention :one
INSERT INTO interventions (target, job, run, kind, what, processes, until, host, pid, started, user, began, ended, outcome, error)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '')
RETURNING id;

-- name: EndIntervention :execrows
UPDATE interventions SET ended = ?, outcome = ?, error = ? WHERE id = ? AND ended = 0;
